"""Shopify's GraphQL Admin API, served from a merchant's tables."""

from ingestion.demo.server.shopify.routes import routes

__all__ = ["routes"]
