"""The dbt project as Dagster reads it."""

from __future__ import annotations

import os

from dagster_dbt import DbtProject

from orchestration.dbt.parsing import PROJECT_DIR, parse_if_stale, target_folder
from shophouse.settings import Settings


def dbt_project(settings: Settings) -> DbtProject:
    """The dbt project with a manifest that is as new as its files.

    Raises:
        DbtParseError: the project does not parse.
    """
    os.environ["SHOPHOUSE_HOME"] = str(settings.home)
    parse_if_stale(settings)
    return DbtProject(project_dir=PROJECT_DIR, profiles_dir=PROJECT_DIR, target_path=target_folder(settings))
