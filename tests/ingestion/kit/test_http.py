"""Waiting for a server, and being asked to stop meanwhile."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from dlt.common.runtime.signals import intercepted_signals

from ingestion.kit.http import interruptible_sleep

A_DAY = 86_400.0


@pytest.mark.parametrize("asked_after", [0.0, 0.2])
def test_a_wait_ends_when_the_process_is_asked_to_stop(asked_after: float) -> None:
    """dlt keeps the first Ctrl+C to itself until somebody asks for it."""

    def ask() -> None:
        os.kill(os.getpid(), signal.SIGINT)

    with intercepted_signals():
        if asked_after:
            threading.Timer(asked_after, ask).start()
        else:
            ask()
        with pytest.raises(KeyboardInterrupt):
            interruptible_sleep(A_DAY)
