"""The dbt that waits for a command: it does what it is told, once, and never outlives who started it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.dbt.worker import Command
from shophouse.settings import PROJECT_ROOT

_START = "import sys, time; from orchestration.dbt.worker import serve; sys.exit(serve({run}))"


def _worker(run: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-u", "-c", _START.format(run=run)]
    return subprocess.Popen(command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _ask(worker: subprocess.Popen[bytes], *arguments: str, folder: Path, **environment: str) -> None:
    assert worker.stdin is not None
    worker.stdin.write(Command(arguments, environment, str(folder)).line())
    worker.stdin.flush()


@pytest.mark.parametrize("code", [0, 1, 2])
def test_the_exit_code_is_that_of_the_command(code: int, tmp_path: Path) -> None:
    with _worker("lambda arguments: int(arguments[0])") as worker:
        _ask(worker, str(code), folder=tmp_path)
        assert worker.wait(60) == code


def test_a_command_has_its_environment_and_folder(tmp_path: Path) -> None:
    with _worker("lambda _: print(__import__('os').environ['NAME'], __import__('os').getcwd()) or 0") as worker:
        _ask(worker, folder=tmp_path, NAME="value")
        assert worker.wait(60) == 0
        assert worker.stdout is not None and worker.stdout.read().decode().split() == ["value", str(tmp_path)]


def test_no_command_is_no_failure() -> None:
    with _worker("lambda _: 1") as worker:
        assert worker.stdin is not None
        worker.stdin.close()
        assert worker.wait(60) == 0


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """A killed process closes what it holds: of its dbt, the standard input."""
    with _worker("lambda _: print('at work') or time.sleep(600)") as worker:
        _ask(worker, folder=tmp_path)
        assert worker.stdin is not None and worker.stdout is not None
        assert worker.stdout.readline() == b"at work\n"
        assert worker.poll() is None
        closed = time.monotonic()
        worker.stdin.close()
        worker.wait(60)
    assert time.monotonic() - closed < 10
