"""A view of a world as the tables of Shopify."""
