"""The Google Ads REST API v26 over a merchant: OAuth token, accessible customers, search and searchStream."""

from ingestion.demo.server.google.api import GoogleBehaviour, routes

__all__ = ["GoogleBehaviour", "routes"]
