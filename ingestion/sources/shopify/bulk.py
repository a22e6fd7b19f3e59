"""Bulk operations: a query that Shopify runs by itself, and its result file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from requests.exceptions import RequestException

from ingestion.kit.http import BACKOFF_SECONDS, HttpClient
from ingestion.source import SourceError
from ingestion.sources.shopify import documents
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.settings import NAME

CHUNK_BYTES = 64 << 20
_FIRST_POLL_SECONDS = 0.1
_LONGEST_POLL_SECONDS = 15.0
_BLOCK_BYTES = 1 << 20
_ATTEMPTS = 5
_BUSY = {"OPERATION_IN_PROGRESS", "LIMIT_REACHED"}
_PASSING = {"INTERNAL_SERVER_ERROR", "TIMEOUT"}


class BulkOperation:
    """One bulk query of one store.

    Args:
        client: of the store.
        document: name of a bulk document.
        folder: where the result file is put; it is deleted once read.
    """

    def __init__(self, client: ShopifyClient, document: str, folder: Path) -> None:
        self._client = client
        self._document = document
        # The store's own client looks for errors in every answer, and would hold the file in memory for it.
        self._files = HttpClient(NAME, sleep=client.http.sleep)
        self._folder = folder
        self._id: str | None = None

    def start(self) -> bool:
        """Has Shopify run it, unless it does already.

        Returns:
            False: it was not started, because as many run for this store as Shopify allows.

        Raises:
            SourceError: Shopify refuses the query.
        """
        if self._id:
            return True
        variables = {"query": documents.text(self._document)}
        answer = self._client.execute("bulk_run", variables)["bulkOperationRunQuery"]
        if not answer["userErrors"]:
            self._id = str(answer["bulkOperation"]["id"])
            return True
        if any(error["code"] not in _BUSY for error in answer["userErrors"]):
            raise self._error("; ".join(error["message"] for error in answer["userErrors"]))
        return False

    def chunks(self) -> Iterator[bytes]:
        """Whole lines of the result, about ``CHUNK_BYTES`` at a time; nothing where nothing matched.

        Raises:
            SourceError: the operation failed, or its file does not hold what Shopify says it holds.
        """
        operation = self._finished()
        if not operation["url"]:
            return
        result = self._download(operation["url"], int(operation["fileSize"] or 0))
        lines = 0
        with result.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                chunk += file.readline()
                lines += chunk.count(b"\n") + (not chunk.endswith(b"\n"))
                yield chunk
        result.unlink()
        if lines != int(operation["objectCount"]):
            raise self._error(f"the result has {lines:,} objects, Shopify counted {int(operation['objectCount']):,}")

    def _finished(self) -> dict[str, Any]:
        attempts = 1
        pause = _FIRST_POLL_SECONDS
        while True:
            while not self.start():
                pause = self._wait(pause)
            operation: dict[str, Any] = self._client.execute("bulk_poll", {"id": self._id})["bulkOperation"]
            if operation["status"] == "COMPLETED":
                return operation
            if operation["status"] not in ("CREATED", "RUNNING"):
                if operation["errorCode"] not in _PASSING or attempts == _ATTEMPTS:
                    raise self._error(f"{operation['status']} ({operation['errorCode']})")
                attempts += 1
                self._id = None
            pause = self._wait(pause)

    def _download(self, url: str, size: int) -> Path:
        # Named after the operation: one that was abandoned may still be writing the file of its own.
        number = str(self._id).rsplit("/", 1)[-1]
        result = self._folder / f"{self._client.store.store_id}.{self._document}.{number}.jsonl"
        self._folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(_ATTEMPTS):
            try:
                response = self._files.request("GET", url, stream=True)
                if response.status_code != 200:
                    raise self._error(f"its result file answers HTTP {response.status_code}")
                with result.open("wb") as file:
                    for block in response.iter_content(_BLOCK_BYTES):
                        file.write(block)
            except RequestException:
                self._client.http.sleep(BACKOFF_SECONDS * 2**attempt)
                continue
            if not size or result.stat().st_size == size:
                return result
        raise self._error(f"its result file could not be read whole in {_ATTEMPTS} attempts")

    def _wait(self, pause: float) -> float:
        self._client.http.sleep(pause)
        return min(_LONGEST_POLL_SECONDS, pause * 1.5)

    def _error(self, problem: str) -> SourceError:
        return SourceError(NAME, f"store {self._client.store.store_id}, bulk operation {self._document}: {problem}")


class BulkOperations:
    """Bulk operations of one store, read in their order: as many run ahead of the reader as Shopify allows.

    Args:
        client: of the store.
        documents: names of the bulk documents.
        folder: where result files are put.

    Raises:
        SourceError: Shopify refuses a query.
    """

    def __init__(self, client: ShopifyClient, documents: Sequence[str], folder: Path) -> None:
        self._operations = {document: BulkOperation(client, document, folder) for document in documents}
        self._start()

    def chunks(self, document: str) -> Iterator[bytes]:
        """Whole lines of the result of one of them, as `BulkOperation.chunks` gives them."""
        for chunk in self._operations[document].chunks():
            self._start()
            yield chunk

    def _start(self) -> None:
        for operation in self._operations.values():
            if not operation.start():
                return
