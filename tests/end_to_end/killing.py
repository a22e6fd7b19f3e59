"""Kills a command in the middle of its work: with all that it has started, or alone."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from shophouse.settings import PROJECT_ROOT
from tests.end_to_end.home import Home, command_line

_POLL_SECONDS = 0.002
_PATIENCE_SECONDS = 900.0


def kill_when(
    is_reached: Callable[[str], bool], home: Home, *arguments: str, environment: Mapping[str, str]
) -> frozenset[str]:
    """Runs the command line and kills its process group, as a machine that is switched off would.

    Args:
        is_reached: whether the moment has come; asked every few milliseconds with what the command has said so far.
        home: state folder that the command runs in.
        arguments: of the command line.
        environment: settings and credentials.

    Returns:
        names of the programs that the command had started and that died with it.

    Raises:
        AssertionError: the command ended by itself, or the moment did not come.
    """
    with _running(home, arguments, environment) as (process, output):
        _wait_for(is_reached, process, output)
        return _kill_group(process)


@contextmanager
def orphan_when(
    is_reached: Callable[[str], bool], name: str, home: Home, *arguments: str, environment: Mapping[str, str]
) -> Iterator[psutil.Process]:
    """Runs the command line and kills its own process alone, as a system that runs out of memory would.

    Args:
        is_reached: whether the moment has come, as of :func:`kill_when`.
        name: of the one program, among those that the command has started, that is looked for.
        home: state folder that the command runs in.
        arguments: of the command line.
        environment: settings and credentials.

    Yields:
        the process of that name, stopped, so that it outlives the command for as long as a test wants it to.

    Raises:
        AssertionError: the command ended by itself, or the moment did not come.
    """
    with _running(home, arguments, environment) as (process, output):
        _wait_for(is_reached, process, output)
        (orphan,) = (child for child in psutil.Process(process.pid).children() if _program(child) == name)
        orphan.suspend()
        process.kill()
        process.wait()
        yield orphan


@contextmanager
def _running(
    home: Home, arguments: Sequence[str], environment: Mapping[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """The command in a process group of its own, of which nothing is left afterwards, and the file of its output."""
    with tempfile.NamedTemporaryFile("w+") as output:
        process = subprocess.Popen(
            command_line(*arguments),
            cwd=PROJECT_ROOT,
            env=home.environment(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process, Path(output.name)
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait_for(is_reached: Callable[[str], bool], process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_reached(output.read_text()):
        assert process.poll() is None, f"ended before it could be killed:\n{output.read_text()}"
        assert time.monotonic() < deadline, f"did not get there in {_PATIENCE_SECONDS:.0f} s:\n{output.read_text()}"
        time.sleep(_POLL_SECONDS)


def _kill_group(process: subprocess.Popen[bytes]) -> frozenset[str]:
    # Stopped first, so that the moment does not pass while its children are looked up.
    os.killpg(process.pid, signal.SIGSTOP)
    children = psutil.Process(process.pid).children(recursive=True)
    strangers = [_program(child) for child in children if os.getpgid(child.pid) != process.pid]
    names = frozenset(_program(child) for child in children)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not strangers, f"outlived the kill: {strangers}"
    return names


def _program(process: psutil.Process) -> str:
    """What a process runs: a module of Python, or the executable."""
    command = process.cmdline()
    return command[command.index("-m") + 1] if "-m" in command else process.name()
