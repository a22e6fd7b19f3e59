"""Shopify's GraphQL Admin API, served from a merchant's tables."""
from datetime import datetime

from starlette.routing import BaseRoute

from ingestion.demo.merchant import Merchant


def routes(merchant: Merchant, as_of: datetime) -> list[BaseRoute]:
    return []
