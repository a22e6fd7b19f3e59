"""What may be published, and how it is put in place."""
