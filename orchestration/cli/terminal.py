"""What the commands share: the console, live progress, and leaving with the right code."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from orchestration.runs.outcome import ExitCode, RunOutcome
from orchestration.runs.reporter import REPORTER, Progress
from shophouse.disk import full_disk
from shophouse.settings import Settings

_UNCUT = 10_000
"""Columns where there is no terminal: a table takes what its longest value needs, and a program finds it whole."""


def _console(stream: TextIO) -> Console:
    console = Console(file=stream, highlight=False)
    if not console.is_terminal:
        console.width = _UNCUT
    return console


# Bound to the streams of the start: while dbt runs, the process's standard output goes to its log file.
CONSOLE = _console(sys.stdout)
ERRORS = _console(sys.stderr)

_PLAIN_INTERVAL = 5.0
"""Seconds between plain progress lines of one subject at work."""


def fail(message: str, code: ExitCode) -> typer.Exit:
    """Prints an error; raise what it returns."""
    ERRORS.print(f"[bold red]error[/] {_escape(message)}", soft_wrap=True)
    return typer.Exit(int(code))


def finish(outcome: RunOutcome) -> None:
    """Leaves with the outcome's code, after saying why if it failed and what could not be read.

    Raises:
        typer.Exit: the run failed.
    """
    for gap in outcome.gaps:
        ERRORS.print(f"[bold yellow]not read[/] {_escape(gap)}", soft_wrap=True)
    for message in outcome.messages[:-1]:
        ERRORS.print(f"[bold red]error[/] {_escape(message)}", soft_wrap=True)
    if outcome.messages:
        raise fail(outcome.messages[-1], outcome.exit_code)
    if outcome.exit_code:
        raise typer.Exit(outcome.exit_code)


def warn(sentence: str) -> None:
    """Prints what a person should know, and what is no error."""
    CONSOLE.print(f"[bold yellow]note[/] {_escape(sentence)}", soft_wrap=True)


@contextmanager
def explaining_full_disk(settings: Settings) -> Iterator[None]:
    """Leaves with a sentence where a full disk stopped the work, whichever library noticed it.

    Raises:
        typer.Exit: the disk is full.
    """
    try:
        yield
    except typer.Exit:
        raise
    except Exception as error:
        full = full_disk(error, settings.home)
        if full is None:
            raise
        raise fail(str(full), ExitCode.STAGE_FAILED) from None


@contextmanager
def live_progress() -> Iterator[None]:
    """Shows what the run reports: a live display in a terminal, plain lines elsewhere."""
    if CONSOLE.is_terminal:
        board = _Board()
        live = Live(get_renderable=board.render, console=CONSOLE, refresh_per_second=4, transient=True)
        with live, REPORTER.listening(board.update, warn):
            yield
    else:
        with REPORTER.listening(_PlainLines().update, warn):
            yield


def stage_table() -> Table:
    """Rows and seconds per stage of this process's run."""
    table = Table("stage", "parts", "rows", "seconds", title="What ran", title_justify="left")
    for stage, total in REPORTER.totals.items():
        table.add_row(stage, f"{total.subjects:,}", f"{total.rows:,}" if total.rows else "", f"{total.seconds:.1f}")
    return table


class _Board:
    """The live display: per stage its last subject, rows and elapsed time."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._stages: dict[str, Progress] = {}
        self._since: dict[str, float] = {}

    def update(self, progress: Progress) -> None:
        self._stages[progress.stage] = progress
        self._since.setdefault(progress.stage, time.monotonic())

    def render(self) -> Table:
        now = time.monotonic()
        table = Table("stage", "at work on", "rows", "elapsed", box=None, pad_edge=False)
        for stage, progress in self._stages.items():
            rows = f"{progress.rows:,}" if progress.rows is not None else ""
            table.add_row(stage, progress.subject, rows, f"{now - self._since[stage]:.0f} s")
        table.add_row("", "", "", f"{now - self._started:.0f} s in all")
        return table


class _PlainLines:
    """A line when a subject is done, and now and then while one is long at work."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._last = 0.0

    def update(self, progress: Progress) -> None:
        now = time.monotonic()
        if not progress.done and now - self._last < _PLAIN_INTERVAL:
            return
        self._last = now
        rows = f" {progress.rows:,} rows" if progress.rows else ""
        mark = "done" if progress.done else "..."
        CONSOLE.print(f"[{now - self._started:6.1f} s] {progress.stage}: {progress.subject}{rows} {mark}", markup=False)


def _escape(message: str) -> str:
    return message.replace("[", r"\[")
