"""What a run tells the people who watch it. Stages report here; a terminal, a log or nobody listens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Progress:
    """One report.

    Attributes:
        stage: ingest, transform, forecast or publish.
        subject: the source, model or table at work.
        rows: rows so far, where they are known.
        done: the subject is finished.
    """

    stage: str
    subject: str
    rows: int | None = None
    done: bool = False


@dataclass
class StageTotal:
    """What a stage has come to: finished subjects, rows and wall seconds."""

    subjects: int = 0
    rows: int = 0
    seconds: float = 0.0


@dataclass
class Reporter:
    """Passes reports and sentences to listeners and keeps each stage's totals."""

    totals: dict[str, StageTotal] = field(default_factory=dict)
    _listeners: list[Callable[[Progress], None]] = field(default_factory=list)
    _readers: list[Callable[[str], None]] = field(default_factory=list)

    def report(self, progress: Progress) -> None:
        """Tells every listener."""
        total = self.totals.setdefault(progress.stage, StageTotal())
        if progress.done:
            total.subjects += 1
            total.rows += progress.rows or 0
        for listener in self._listeners:
            listener(progress)

    def tell(self, sentence: str) -> None:
        """Tells every reader what a person should know while the run goes on."""
        for reader in self._readers:
            reader(sentence)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Counts the wall time of a block to a stage."""
        started = time.perf_counter()
        total = self.totals.setdefault(name, StageTotal())
        try:
            yield
        finally:
            total.seconds += time.perf_counter() - started

    @contextmanager
    def listening(
        self, listener: Callable[[Progress], None], reader: Callable[[str], None] | None = None
    ) -> Iterator[None]:
        """Adds a listener, and a reader of sentences, for the length of a block."""
        readers = [reader] if reader else []
        self._listeners.append(listener)
        self._readers.extend(readers)
        try:
            yield
        finally:
            self._listeners.remove(listener)
            for each in readers:
                self._readers.remove(each)


REPORTER = Reporter()
"""The process's reporter: one process runs one job at a time."""
