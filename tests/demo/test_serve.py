"""The server as a process: started, pointed at, given another merchant, stopped."""

from __future__ import annotations

import urllib.error
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from demo.changes import touch_orders
from demo.faults import Fault, FaultPlan
from demo.serve import PortError, reserved, serve
from tests.demo.vendors.conftest import AS_OF, Client
from tests.support.shopify_merchant import EU, US, write_merchant

_UPDATED = "{ orders(first: 9, sortKey: UPDATED_AT, reverse: true) { nodes { id updatedAt } } }"


def test_a_server_from_start_to_stop(tmp_path: Path) -> None:
    merchant = write_merchant(tmp_path / "merchant")
    with serve(merchant.folder, as_of=AS_OF) as server:
        variables = server.configuration()
        assert variables["SOURCES__SHOPIFY__API_URL"] == server.url
        assert variables[f"SOURCES__SHOPIFY__STORES__{EU.upper()}__SHOP_DOMAIN"] == f"{EU}.myshopify.com"
        token = variables[f"SOURCES__SHOPIFY__STORES__{US.upper()}__ACCESS_TOKEN"]
        client = Client(server.url, token)
        before = client.data(_UPDATED)["orders"]["nodes"]
        later = AS_OF + timedelta(hours=1)
        changed = touch_orders(merchant, tmp_path / "changed", orders=3, at=later, seed=2)
        server.swap(changed.folder)
        after = client.data(_UPDATED)["orders"]["nodes"]
        assert before != after
        assert after[0]["updatedAt"] == later.strftime("%Y-%m-%dT%H:%M:%SZ")
        with pytest.raises(urllib.error.HTTPError):
            server.swap(tmp_path / "nowhere")
    assert not psutil.pid_exists(server.process_id)


def test_faults_reach_the_process(tmp_path: Path) -> None:
    merchant = write_merchant(tmp_path)
    with serve(merchant.folder, faults=FaultPlan(1, kinds=(Fault.RATE_LIMIT,)), as_of=AS_OF) as server:
        answer = Client(server.url).http("/admin/oauth/access_scopes.json")
    assert answer.status == 429


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"), serve(tmp_path / "nowhere"):
        pass


def test_a_server_that_cannot_start_says_where_to_look(tmp_path: Path) -> None:
    merchant = write_merchant(tmp_path / "merchant")
    with serve(merchant.folder, as_of=AS_OF) as server:
        port = int(server.url.rsplit(":", 1)[1])
        log = tmp_path / "server.log"
        with pytest.raises(RuntimeError, match=r"server\.log"), serve(merchant.folder, port=port, as_of=AS_OF, log=log):
            pass
        assert f"port {port} is in use; choose another with --port" in log.read_text()


def test_a_reserved_port_is_nobody_elses() -> None:
    with reserved(0) as held, pytest.raises(PortError, match="is in use"), reserved(held.getsockname()[1]):
        pass
