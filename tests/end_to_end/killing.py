"""Kills a command, with all that it has started, in the middle of its work."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from ingestion.settings import PROJECT_ROOT
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
        names of the processes that the command had started and that died with it.

    Raises:
        AssertionError: the command ended by itself, or the moment did not come.
    """
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
            _wait_for(is_reached, process, Path(output.name))
        finally:
            children = _kill_group(process)
    return children


def _wait_for(is_reached: Callable[[str], bool], process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_reached(output.read_text()):
        assert process.poll() is None, f"ended before it could be killed:\n{output.read_text()}"
        assert time.monotonic() < deadline, f"did not get there in {_PATIENCE_SECONDS:.0f} s:\n{output.read_text()}"
        time.sleep(_POLL_SECONDS)


def _kill_group(process: subprocess.Popen[bytes]) -> frozenset[str]:
    if process.poll() is not None:
        return frozenset()
    # Stopped first, so that the moment does not pass while its children are looked up.
    os.killpg(process.pid, signal.SIGSTOP)
    children = psutil.Process(process.pid).children(recursive=True)
    strangers = [child.name() for child in children if os.getpgid(child.pid) != process.pid]
    names = frozenset(child.name() for child in children)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not strangers, f"outlived the kill: {strangers}"
    return names
