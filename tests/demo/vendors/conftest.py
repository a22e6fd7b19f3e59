"""A running server over the hand-made merchant, and clients of it."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from typing import Any

import pytest

from demo.vendors.shopify import routes as shopify
from tests.support.live import live
from tests.support.shopify_merchant import US, write_merchant

AS_OF = datetime(2026, 10, 21, 12, tzinfo=UTC)
VERSION = "2026-07"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """A plain client of the GraphQL API."""

    url: str
    token: str = f"demo-token-{US}"
    version: str = VERSION

    def http(self, path: str, body: Any = None, **headers: str) -> Answer:
        """Sends a request as it stands."""
        data = None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", "X-Shopify-Access-Token": self.token} | headers
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, data, sent), timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def execute(self, document: str, **variables: Any) -> Any:
        """The answer to a GraphQL request."""
        body = {"query": document, "variables": variables}
        return self.http(f"/admin/api/{self.version}/graphql.json", body).json

    def data(self, document: str, **variables: Any) -> Any:
        """The data of a request that must succeed."""
        answer = self.execute(document, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def bulk(self, query: str, *, grouped: bool = False) -> list[dict[str, Any]]:
        """Lines of a bulk operation's file."""
        run = (
            "mutation ($query: String!, $grouped: Boolean!) { bulkOperationRunQuery(query: $query, groupObjects: "
            "$grouped) { bulkOperation { id status } userErrors { code field message } } }"
        )
        started = self.data(run, query=query, grouped=grouped)["bulkOperationRunQuery"]
        assert started["userErrors"] == []
        poll = (
            "query ($id: ID!) { bulkOperation(id: $id) { status errorCode objectCount rootObjectCount fileSize url } }"
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            done = self.data(poll, id=started["bulkOperation"]["id"])["bulkOperation"]
            if done["status"] not in ("CREATED", "RUNNING"):
                break
            time.sleep(0.02)
        assert done["status"] == "COMPLETED", done
        if done["url"] is None:
            assert done["objectCount"] == "0"
            return []
        with urllib.request.urlopen(done["url"], timeout=30) as file:
            content = file.read()
        lines = [json.loads(line) for line in content.splitlines()]
        assert done["objectCount"] == str(len(lines))
        assert done["rootObjectCount"] == str(sum("__parentId" not in line for line in lines))
        assert done["fileSize"] == str(len(content))
        return lines


@pytest.fixture(scope="session")
def shopify_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of a server with the hand-made merchant."""
    merchant = write_merchant(tmp_path_factory.mktemp("merchant"))
    with live(shopify.routes(merchant, AS_OF)) as url:
        yield url


@pytest.fixture(scope="session")
def client(shopify_url: str) -> Client:
    """A client of the American store."""
    return Client(shopify_url)
