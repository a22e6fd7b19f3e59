"""How a run went, in the words of the command line. Imports nothing, so that the command line may."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit code means."""

    OK = 0
    STAGE_FAILED = 1
    WRONG_USAGE = 2
    DATA_FAILED_AUDIT = 3
    READ_IN_PART = 4


@dataclass(frozen=True)
class RunOutcome:
    """How a run went.

    Attributes:
        exit_code: as documented for the command line.
        messages: why it failed, one message a failed step; empty on success.
        run_id: Dagster's id of the run.
        gaps: parts of sources that could not be read although the rest was, a sentence each.
    """

    exit_code: ExitCode
    messages: tuple[str, ...]
    run_id: str
    gaps: tuple[str, ...] = ()


class UnknownAssetsError(ValueError):
    """A selection that no asset of the job answers to, or only a part of what is made as a whole."""
