"""How requests are authorised: dlt's classes for tokens and keys, and an OAuth grant whose access tokens run out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import polars as pl
from dlt.sources.helpers.rest_client.auth import APIKeyAuth, BearerTokenAuth
from requests import PreparedRequest
from requests.auth import AuthBase

from ingestion.kit.arrow import decoded
from ingestion.kit.errors import json_object
from ingestion.kit.http import HttpClient, interruptible_sleep
from ingestion.source import SourceError


def bearer(token: str) -> AuthBase:
    """A token in the Authorization header."""
    auth: AuthBase = BearerTokenAuth(token=token)
    return auth


def header(name: str, key: str) -> AuthBase:
    """A key in a header of the vendor's own."""
    auth: AuthBase = APIKeyAuth(name=name, api_key=key, location="header")
    return auth


class Grant(Protocol):
    """Settings of an OAuth grant that was given once (RFC 6749, section 6)."""

    @property
    def client_id(self) -> str:
        """Of the OAuth client."""

    @property
    def client_secret(self) -> str:
        """Of the OAuth client."""

    @property
    def refresh_token(self) -> str:
        """Granted once."""

    @property
    def token_url(self) -> str:
        """Where it is exchanged."""


class RefreshToken(AuthBase):
    """Access tokens for a refresh token, each for as long as it lasts.

    Args:
        source: name of the source, whose settings errors point at.
        vendor: the name people know.
        grant: the settings.
        sleep: takes seconds.
    """

    def __init__(
        self, source: str, vendor: str, grant: Grant, sleep: Callable[[float], None] = interruptible_sleep
    ) -> None:
        self._source = source
        self._vendor = vendor
        self._grant = grant
        self._http = HttpClient(source, sleep=sleep)
        self._access_token: str | None = None

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Authorises a request."""
        if self._access_token is None:
            self._access_token = self._exchanged()
        request.headers["Authorization"] = f"Bearer {self._access_token}"
        return request

    def renew(self) -> None:
        """Forgets the access token: it lasts an hour, and a long backfill outlives it."""
        self._access_token = None

    def _exchanged(self) -> str:
        """A new access token.

        Raises:
            SourceError: the vendor refused, or what answered is no token server; the message names the setting.
        """
        grant = self._grant
        form = {
            "grant_type": "refresh_token",
            "client_id": grant.client_id,
            "client_secret": grant.client_secret,
            "refresh_token": grant.refresh_token,
        }
        response = self._http.request("POST", grant.token_url, data=form)
        setting = f"sources.{self._source}"
        if response.ok:
            wanted = pl.Struct({"access_token": pl.String})
            answer = decoded(self._source, "access token", response.content, wanted, "token_url").item() or {}
            if not answer.get("access_token"):
                raise SourceError(
                    self._source, "the token server's answer has no access_token", f"check {setting}.token_url"
                )
            return str(answer["access_token"])
        refused = json_object(response.content)
        code = str(refused.get("error") or response.reason)
        wrong = "refresh_token" if code == "invalid_grant" else f"client_id and {setting}.client_secret"
        said = refused.get("error_description") or ""
        raise SourceError(
            self._source,
            f"no access token: {self._vendor} answered HTTP {response.status_code}, {code}: {said}",
            f"check {setting}.{wrong}",
        )
