"""The ``shophouse`` command in this process, and what its stages took and when they began in a file when it is done."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import time

from orchestration.cli.main import app
from orchestration.runs.reporter import REPORTER, Progress


def main(stages: Path, arguments: list[str]) -> int:
    """Runs the command.

    Args:
        stages: JSON file to write: ``seconds`` of each stage, and ``phases``, each with when it began (seconds since
            the epoch) and its stage; a stage that others interrupt has several phases.
        arguments: of the command line.

    Returns:
        the command's exit code.
    """
    phases: list[tuple[float, str]] = []

    def note(progress: Progress) -> None:
        if not phases or phases[-1][1] != progress.stage:
            phases.append((time(), progress.stage))

    with REPORTER.listening(note):
        code = app(arguments, standalone_mode=False)
    seconds = {stage: total.seconds for stage, total in REPORTER.totals.items()}
    stages.write_text(json.dumps({"seconds": seconds, "phases": phases}))
    return int(code or 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
