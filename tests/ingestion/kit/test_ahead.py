"""Streams that are read ahead: nothing lost, nothing doubled, and nothing goes on when nobody wants it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ingestion.kit.ahead import read_ahead


def test_items_of_a_stream_keep_their_order() -> None:
    assert list(read_ahead(iter(range(100)))) == list(range(100))


def test_every_item_of_several_streams_comes_once() -> None:
    streams = [iter(range(start, start + 50)) for start in (0, 100, 200)]
    found = list(read_ahead(*streams))
    assert sorted(found) == [*range(50), *range(100, 150), *range(200, 250)]
    assert [item for item in found if item < 100] == list(range(50))


def test_no_stream_gives_nothing() -> None:
    assert list(read_ahead()) == []


def test_the_next_item_is_made_while_the_first_is_used() -> None:
    made = threading.Event()

    def stream() -> Iterator[int]:
        yield 1
        made.set()
        yield 2

    items = read_ahead(stream())
    assert next(items) == 1
    assert made.wait(timeout=10)
    assert list(items) == [2]


def test_streams_go_on_side_by_side() -> None:
    meeting = threading.Barrier(2, timeout=10)

    def stream(name: str) -> Iterator[str]:
        meeting.wait()
        yield name

    assert sorted(read_ahead(stream("a"), stream("b"))) == ["a", "b"]


def test_an_error_comes_after_the_items_before_it() -> None:
    def stream() -> Iterator[int]:
        yield 1
        raise ValueError("page 2 failed")

    items = read_ahead(stream())
    assert next(items) == 1
    with pytest.raises(ValueError, match="page 2 failed"):
        next(items)


def test_an_error_of_one_stream_ends_the_others() -> None:
    ended = threading.Event()

    def failing() -> Iterator[int]:
        raise ValueError("refused")
        yield

    with pytest.raises(ValueError, match="refused"):
        list(read_ahead(_endless(ended), failing()))
    assert ended.wait(timeout=10)


def test_a_stream_that_nobody_wants_any_more_ends() -> None:
    ended = threading.Event()
    items = read_ahead(_endless(ended))
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert ended.wait(timeout=10)


def _endless(ended: threading.Event) -> Iterator[int]:
    try:
        while True:
            yield 0
    finally:
        ended.set()
