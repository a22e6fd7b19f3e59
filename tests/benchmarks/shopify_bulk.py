"""A bulk operation's orders into DuckDB: our Arrow path, and the same file as nested dicts through dlt as it comes."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dlt
import orjson

from demo.serve import serve
from demo.simulate import simulate
from ingestion.load.pipeline import run_source
from ingestion.source import Batch, ExtractRequest, Source
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.bulk import CHUNK_BYTES, BulkOperation
from ingestion.sources.shopify.children import ORDER_CHILDREN, with_slices
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.parse_orders import OrderLines
from ingestion.sources.shopify.settings import Store
from shophouse.settings import Settings
from tests.benchmarks.bench import AS_OF, Bench, Figures

LINES = 200_000
_STORE = "aurora_us"
_MERCHANT_SCALE, _MERCHANT_DAYS = 0.01, 365
_NUMBER = re.compile(rb"(gid://shopify/\w+/)(?=\d)")


def measure(bench: Bench) -> Figures:
    """Times both paths on one result file, each into an empty database."""
    folder = bench.work / "shopify_bulk"
    file = folder / "orders.jsonl"
    if not file.exists():
        _write_result(file, round(LINES * bench.scale))
    with file.open("rb") as opened:
        lines = sum(1 for _ in opened)
    for home in (folder / "arrow", folder / "plain"):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
    arrow, arrow_cpu, rows = _timed(lambda: _load_arrow(file, folder / "arrow"))
    plain, plain_cpu, _ = _timed(lambda: _load_plain(file, folder / "plain"))
    return {
        "lines of JSON": lines,
        "rows": rows,
        "rows/s": rows / arrow,
        "lines/s": lines / arrow,
        "plain dlt lines/s": lines / plain,
        "times faster": plain / arrow,
        "times less CPU": plain_cpu / arrow_cpu,
    }


def _timed(load: Callable[[], int]) -> tuple[float, float, int]:
    """Wall seconds, CPU seconds of this process, and what the load counted."""
    started, busy = time.perf_counter(), time.process_time()
    counted = load()
    return time.perf_counter() - started, time.process_time() - busy, counted


def _load_arrow(file: Path, home: Path) -> int:
    """Loads as the Shopify source loads such a file; the number of rows in ``raw.duckdb``."""

    def extract(_: ExtractRequest) -> Iterator[Batch]:
        parser = OrderLines(_STORE)
        with file.open("rb") as opened:
            while chunk := opened.read(CHUNK_BYTES):
                found = parser.parse(chunk + opened.readline())[1]
                yield from with_slices(found, t.ORDERS, "order_id", ORDER_CHILDREN)

    source = Source("shopify", "Shopify", t.TABLES, lambda: (), extract, timedelta(1), timedelta(1))
    return run_source(source, Settings(home=home, as_of=AS_OF)).total_rows


def _load_plain(file: Path, home: Path) -> int:
    """Loads nested orders with dlt's defaults: child tables by its normaliser, merged by the order's id."""
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    orders = _nested(file)
    pipeline = dlt.pipeline(
        pipeline_name="plain",
        pipelines_dir=str(home / "dlt"),
        destination=dlt.destinations.duckdb(str(home / "plain.duckdb")),
        dataset_name="shopify",
    )
    pipeline.run(dlt.resource(orders, name="orders", write_disposition="merge", primary_key="id"))
    return len(orders)


def _nested(file: Path) -> list[dict[str, Any]]:
    """Orders with their connections' objects in lists, by type; Shopify writes all orders before what is in them."""
    orders: dict[str, dict[str, Any]] = {}
    with file.open("rb") as opened:
        for line in opened:
            node: dict[str, Any] = orjson.loads(line)
            parent = node.pop("__parentId", None)
            if parent is None:
                orders[node["id"]] = node
            else:
                orders[parent].setdefault(node["__typename"], []).append(node)
    return list(orders.values())


def _write_result(file: Path, lines: int) -> None:
    """A simulated store's result file, repeated under new ids up to about so many lines."""
    folder = file.parent
    simulate(folder / "merchant", as_of=AS_OF, scale=_MERCHANT_SCALE, days=_MERCHANT_DAYS)
    with serve(folder / "merchant", as_of=AS_OF) as server:
        client = ShopifyClient(Store(_STORE, server.url, f"demo-token-{_STORE}", None, None))
        result = b"".join(BulkOperation(client, "bulk_orders", folder).chunks())
    copies = max(1, round(lines / result.count(b"\n")))
    with file.open("wb") as written:
        for copy in range(copies):
            written.write(_NUMBER.sub(rb"\g<1>%d" % (copy + 1), result))
