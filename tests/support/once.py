"""What takes minutes to make is made by one process of a test run: the others wait for it, and nobody writes in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first process that asks for it makes.

    Args:
        factory: of the process.
        name: of the folder in the test run.
        make: fills the folder, which is empty.

    Returns:
        the folder, to be read and copied.
    """
    own = factory.getbasetemp()
    # The processes of a run have their folders side by side.
    run = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, made = run / name, run / f"{name}.made"
    with FileLock(run / f"{name}.lock"):
        if not made.exists():
            # What a process that failed has left is no part of it.
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder
