"""dbt as a process of its own, in a state folder of a test's."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path


def run_dbt(home: Path, project: Path, as_of: datetime, *arguments: str) -> None:
    """Runs dbt on a state folder.

    Args:
        home: the state folder; dbt's own files go there too.
        project: the dbt project.
        as_of: what the run takes as the present.
        arguments: of dbt, its command first.

    Raises:
        AssertionError: dbt failed; the message has its output.
    """
    folders = ["--target-path", str(home / "target"), "--log-path", str(home / "logs")]
    program = [str(Path(sys.executable).with_name("dbt"))]
    command = [*program, *arguments, "--quiet", "--profiles-dir", str(project), *folders]
    environment = os.environ | {"SHOPHOUSE_HOME": str(home), "SHOPHOUSE_AS_OF": as_of.isoformat()}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"dbt {arguments[0]} as of {as_of} failed:\n{done.stdout}{done.stderr}"
