"""Shopify: what it holds, and the GraphQL Admin API over it."""
