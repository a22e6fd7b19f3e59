"""Meta's Marketing API v26 over a merchant: nodes, edges, insights, asynchronous report runs."""

from ingestion.demo.server.meta.api import MetaBehaviour, routes

__all__ = ["MetaBehaviour", "routes"]
