"""Settings of the Shopify source: one store or several, each with a token or an app's credentials."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

import dlt

from ingestion.kit import credentials
from ingestion.kit.credentials import setting
from ingestion.source import Setting, SourceError

NAME = "shopify"
API_VERSION = "2026-07"
_STORES = "sources.shopify.stores"
_ENVIRONMENT = "SOURCES__SHOPIFY__STORES__"
_DOMAIN = "the store's domain, e.g. my-shop.myshopify.com"
_TOKEN = (
    "Admin API access token (Shopify admin > Settings > Apps > Develop apps > API credentials), "
    "or client_id and client_secret of an app of the developer dashboard"
)
_API_URL = Setting("sources.shopify.api_url", "another address of the Admin API", is_required=False)


def _login(store_id: str) -> tuple[Setting, ...]:
    """The settings by which a store lets us in."""
    token, client_id, client_secret = (
        f"{_STORES}.{store_id}.{name}" for name in ("access_token", "client_id", "client_secret")
    )
    return (
        Setting(token, _TOKEN, instead=(client_id, client_secret)),
        Setting(client_id, "client id of the app", is_required=False),
        Setting(client_secret, "client secret of the app; it signs webhooks too", is_required=False),
    )


SETTINGS = (
    Setting(f"{_STORES}.main.shop_domain", f"{_DOMAIN}; one set of settings per store, here named main"),
    *_login("main"),
    _API_URL,
)


@dataclass(frozen=True)
class Store:
    """How to reach one store.

    Attributes:
        store_id: the store's name in the configuration, lower case; part of every key.
        base_url: of the Admin API, without trailing slash.
        access_token: of a custom app; None: asked for with the client's credentials.
        client_id: of an app of the developer dashboard.
        client_secret: of that app.
    """

    store_id: str
    base_url: str
    access_token: str | None
    client_id: str | None
    client_secret: str | None

    @property
    def token_setting(self) -> str:
        """The setting that a refused login points at."""
        name = "access_token" if self.access_token else "client_secret"
        return f"{_STORES}.{self.store_id}.{name}"

    @property
    def secret_setting(self) -> str:
        """The setting of what webhooks are signed with."""
        return f"{_STORES}.{self.store_id}.client_secret"

    @property
    def domain_setting(self) -> str:
        """The setting that an answer of another server points at."""
        return f"{_STORES}.{self.store_id}.shop_domain"


def missing_settings() -> tuple[Setting, ...]:
    """What is not configured; with no store at all, what a store named ``main`` would need."""
    return tuple(missing for store_id in store_ids() or ("main",) for missing in _missing(store_id))


def read_settings() -> tuple[Store, ...]:
    """The configured stores, by name.

    Raises:
        SourceError: a store lacks its domain or its credentials, or there is no store.
    """
    missing = missing_settings()
    if missing:
        listed = ", ".join(item.key for item in missing)
        raise SourceError(NAME, f"not set: {listed}", missing[0].meaning)
    return tuple(_store(store_id) for store_id in store_ids())


def store_ids() -> tuple[str, ...]:
    """Names of the configured stores, sorted: from the environment and from the files."""
    variables = (key.upper() for key in os.environ)
    named = {key.removeprefix(_ENVIRONMENT).split("__")[0] for key in variables if key.startswith(_ENVIRONMENT)}
    table: object = dlt.config.get(_STORES)
    listed = set(table) if isinstance(table, Mapping) else set()
    return tuple(sorted(name.lower() for name in named | listed))


def _missing(store_id: str) -> tuple[Setting, ...]:
    domain = Setting(f"{_STORES}.{store_id}.shop_domain", _DOMAIN, instead=(_API_URL.key,))
    return credentials.missing((domain, *_login(store_id)))


def _store(store_id: str) -> Store:
    domain = (_of(store_id, "shop_domain") or "").removeprefix("https://").rstrip("/")
    return Store(
        store_id=store_id,
        base_url=(setting(_API_URL.key) or f"https://{domain}").rstrip("/"),
        access_token=_of(store_id, "access_token"),
        client_id=_of(store_id, "client_id"),
        client_secret=_of(store_id, "client_secret"),
    )


def _of(store_id: str, name: str) -> str | None:
    return setting(f"{_STORES}.{store_id}.{name}")
