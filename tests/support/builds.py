"""Builds and tests the models of a state folder, as a run does, without Dagster."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

from orchestration.building.models import build_models
from orchestration.building.plan import PLAN, load_plan
from orchestration.dbt.parsing import PROJECT_DIR, parsed_project
from shophouse.settings import PROJECT_ROOT, Settings


def build_and_test(
    settings: Settings, as_of: datetime, project: Path = PROJECT_DIR, *, only: str = "", is_tested: bool = True
) -> None:
    """Builds models, and tests them.

    Args:
        settings: the state folder.
        as_of: what the run takes as the present.
        project: of dbt, where it is another than the installation's.
        only: name of the one model or test that is built, with all that it is made of; empty: all are built.
        is_tested: whether tests run too.

    Raises:
        BuildError: a model could not be built, or failed a test.
    """
    parsed = parsed_project(settings) if project == PROJECT_DIR else _compiled(project)
    plan = load_plan(parsed)
    wanted = plan.above(id for id, node in plan.nodes.items() if only in ("", node.name))
    nodes = [id for id in wanted if is_tested or plan.nodes[id].kind != "test"]
    build_models(settings, as_of, nodes, parsed=parsed)


def _compiled(project: Path) -> Path:
    parsed = project.with_name(f"{project.name}_parsed")
    if not (parsed / PLAN).exists():
        command = [sys.executable, "-m", "orchestration.building.compiling", str(project), str(parsed)]
        done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return parsed
