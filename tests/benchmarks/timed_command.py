"""The ``shophouse`` command in this process, and the seconds of its stages in a file when it is done."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from orchestration.cli.main import app
from orchestration.runs.reporter import REPORTER


def main(stages: Path, arguments: list[str]) -> int:
    """Runs the command.

    Args:
        stages: JSON file to write: stage to wall seconds.
        arguments: of the command line.

    Returns:
        the command's exit code.
    """
    code = app(arguments, standalone_mode=False)
    stages.write_text(json.dumps({stage: total.seconds for stage, total in REPORTER.totals.items()}))
    return int(code or 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
