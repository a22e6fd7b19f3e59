"""The dbt project as Dagster reads it."""

from __future__ import annotations

import os

from dagster_dbt import DbtProject

from orchestration.dbt.parsing import PROJECT_DIR, parsed_project
from shophouse.settings import Settings


def dbt_project(settings: Settings) -> DbtProject:
    """The dbt project with the manifest of its files as they are.

    Raises:
        DbtParseError: the project does not parse.
    """
    os.environ["SHOPHOUSE_HOME"] = str(settings.home)
    return DbtProject(project_dir=PROJECT_DIR, profiles_dir=PROJECT_DIR, target_path=parsed_project(settings))
