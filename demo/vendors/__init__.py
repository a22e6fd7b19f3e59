"""What each vendor holds of the merchant and how it answers: protocols spoken from tables, on loopback only."""
