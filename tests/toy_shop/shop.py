"""The toy shop, put into a state folder and into a copy of the dbt project."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from shophouse.settings import PROJECT_ROOT, Settings

_HERE = Path(__file__).parent
_LIST = "  conformed_entities:\n"


def load(settings: Settings) -> None:
    """Writes the shop's raw tables, each with its dozen rows."""
    with duckdb.connect(str(settings.raw_db)) as raw:
        raw.execute((_HERE / "raw.sql").read_text(encoding="utf-8"))


def project(copy: Path) -> Path:
    """The dbt project with the toy shop's files beside the others, and its line in the list of sources."""
    shutil.copytree(PROJECT_ROOT / "dbt_project", copy, ignore=shutil.ignore_patterns("target", "logs"))
    shutil.copytree(_HERE / "models", copy / "models", dirs_exist_ok=True)
    conforming = (_HERE / "models/intermediate/sources/toy_shop").glob("int_toy_shop__*.sql")
    entities = sorted(path.stem.partition("__")[2] for path in conforming)
    settings = copy / "dbt_project.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace(_LIST, f"{_LIST}    toy_shop: [{', '.join(entities)}]\n"), encoding="utf-8")
    return copy
