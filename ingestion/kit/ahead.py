"""Reading ahead: streams that go on in threads of their own while what they gave is worked on."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

_WAITING = 2
"""Items that may wait: readers are rarely idle, and memory holds few batches."""
_POLL_SECONDS = 0.1
_PATIENCE_SECONDS = 5.0
"""How long an abandoned stream may take to notice: it may be waiting for a server that answers no more."""

T = TypeVar("T")


@dataclass
class _End:
    """A stream's end, and the error that it ended with."""

    error: BaseException | None = None


def read_ahead(*streams: Iterator[T]) -> Iterator[T]:
    """The items of every stream as they come, those of one stream in their order.

    Nothing is read any more once this iterator ends, whether at the end of the items, by an error or because nobody
    asks for more.

    Args:
        streams: generators; each runs in a thread of its own from its first item to its last.

    Raises:
        BaseException: the first error of any stream, after the items that came before.
    """
    items: Queue[T | _End] = Queue(_WAITING)
    unwanted = Event()
    threads = [
        Thread(target=_read, args=(stream, items, unwanted), name="read ahead", daemon=True) for stream in streams
    ]
    for thread in threads:
        thread.start()
    try:
        open_streams = len(threads)
        while open_streams:
            item = items.get()
            if not isinstance(item, _End):
                yield item
            elif item.error:
                raise item.error
            else:
                open_streams -= 1
    finally:
        unwanted.set()
        for thread in threads:
            thread.join(_PATIENCE_SECONDS)


def _read(stream: Iterator[T], items: Queue[T | _End], unwanted: Event) -> None:
    end = _End()
    try:
        for item in stream:
            if not _put(item, items, unwanted):
                break
        if isinstance(stream, Generator):
            stream.close()
    except BaseException as error:
        end = _End(error)
    _put(end, items, unwanted)


def _put(item: T | _End, items: Queue[T | _End], unwanted: Event) -> bool:
    while not unwanted.is_set():
        with suppress(Full):
            items.put(item, timeout=_POLL_SECONDS)
            return True
    return False
