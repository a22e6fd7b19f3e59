"""dbt in a process that is ready before it is asked: its imports and the manifest load while others work.

``python -m orchestration.dbt.worker PARSED`` reads one command from the standard input, a line of JSON, runs it as
``dbt`` would, and ends with dbt's exit code. When the standard input ends, so does the process, whatever dbt is at: a
run that is killed leaves no dbt behind that goes on writing.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread


@dataclass(frozen=True)
class Command:
    """What dbt is to do.

    Attributes:
        arguments: of the command line, after ``dbt``.
        environment: variables to set.
        folder: to work in.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: str

    def line(self) -> bytes:
        """The command as the worker reads it."""
        return json.dumps(asdict(self)).encode() + b"\n"


def serve(run: Callable[[list[str]], int]) -> int:
    """Runs the one command of the standard input.

    Args:
        run: runs dbt with arguments; returns its exit code.

    Returns:
        the exit code; 0 where no command came.
    """
    with open(0, "rb", closefd=False) as commands:
        line = commands.readline()
    if not line:
        return 0
    command = Command(**json.loads(line))
    Thread(target=_end_with_the_input, daemon=True).start()
    os.environ.update(command.environment)
    os.chdir(command.folder)
    return run(list(command.arguments))


def _end_with_the_input() -> None:
    os.read(0, 1)
    os._exit(1)


def main() -> None:
    """Loads dbt and what it parsed, then serves."""
    from orchestration.dbt.seams import preloaded_dbt

    sys.exit(serve(preloaded_dbt(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
