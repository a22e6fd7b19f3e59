"""One writer a state folder: the second is told who the first is, and a killed one holds nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from orchestration.runs.writer_lock import WriterBusyError, writer_lock
from shophouse.settings import PROJECT_ROOT, Settings

_HOLD = """
import time
from shophouse.settings import Settings
from orchestration.runs.writer_lock import writer_lock
with writer_lock(Settings(), "run of another process"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_writer_is_told_who_writes(settings: Settings, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(WriterBusyError) as busy, writer_lock(settings, "this run", patience=0.2):
        pass
    assert f"run of another process (PID {holder.pid}, since " in str(busy.value)
    assert str(settings.home) in str(busy.value)


def test_a_killed_writer_holds_nothing(settings: Settings, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait(10)
    with writer_lock(settings, "this run", patience=5):
        assert '"what": "this run"' in (settings.home / "writer.json").read_text()
    assert not (settings.home / "writer.json").exists()


def test_the_lock_is_released_when_the_work_fails(settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError), writer_lock(settings, "failing run"):
        raise ZeroDivisionError
    with writer_lock(settings, "the next run", patience=0.2):
        pass
