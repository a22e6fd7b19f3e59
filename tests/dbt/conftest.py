"""The dbt project, parsed once, and built once from sources that sent nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from forecasting.warehouse import create_tables
from ingestion.load.empty_tables import create_empty_tables
from ingestion.load.raw_db import ensure_privacy_key
from ingestion.registry import SOURCES
from orchestration.dbt.parsing import parsed_project
from shophouse.settings import PROJECT_ROOT, Settings
from tests.support.once import once

PROJECT_DIR = PROJECT_ROOT / "dbt_project"

Models = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class DbtHome:
    """A state folder with every raw and forecast table, empty, and dbt's command on it."""

    settings: Settings

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs dbt; its artefacts stay in the state folder."""
        folders = ["--target-path", str(self.target), "--log-path", str(self.settings.home / "logs")]
        command = [str(Path(sys.executable).with_name("dbt")), *arguments, "--profiles-dir", str(PROJECT_DIR), *folders]
        environment = os.environ | {"SHOPHOUSE_HOME": str(self.settings.home), "SHOPHOUSE_AS_OF": "2026-01-31"}
        return subprocess.run(command, cwd=PROJECT_DIR, env=environment, capture_output=True, text=True, check=False)

    def must_run(self, *arguments: str) -> None:
        """Runs dbt quietly; a failure of it is the test's, with dbt's words."""
        outcome = self.run(*arguments, "--quiet")
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr

    @property
    def target(self) -> Path:
        """Where dbt writes manifest and compiled models."""
        return self.settings.home / "target"

    def manifest(self) -> dict[str, Any]:
        """The manifest of the last command."""
        loaded: dict[str, Any] = json.loads((self.target / "manifest.json").read_text(encoding="utf-8"))
        return loaded


@pytest.fixture(scope="session")
def dbt_home(tmp_path_factory: pytest.TempPathFactory) -> DbtHome:
    """A home in which dbt can run although no source was ever read."""
    return _empty_home(tmp_path_factory.mktemp("dbt"))


def _empty_home(folder: Path) -> DbtHome:
    settings = Settings(home=folder)
    settings.home.mkdir(exist_ok=True)
    create_empty_tables(SOURCES.values(), settings)
    ensure_privacy_key(settings)
    create_tables(settings.warehouse_db)
    return DbtHome(settings)


@pytest.fixture(scope="session")
def parsed(dbt_home: DbtHome) -> Path:
    """Folder of what dbt parsed."""
    return parsed_project(dbt_home.settings)


@pytest.fixture(scope="session")
def manifest(parsed: Path) -> dict[str, Any]:
    """The parsed project."""
    loaded: dict[str, Any] = json.loads((parsed / "manifest.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="session")
def models(manifest: dict[str, Any]) -> Models:
    """Model nodes by name."""
    return _nodes(manifest, "model")


@pytest.fixture(scope="session")
def seeds(manifest: dict[str, Any]) -> Models:
    """Seed nodes by name."""
    return _nodes(manifest, "seed")


@pytest.fixture(scope="session")
def built_models(dbt_home: DbtHome, tmp_path_factory: pytest.TempPathFactory) -> Models:
    """Model nodes by name, with compiled SQL, of a warehouse that was built from nothing; unit tests have run."""
    built = once(tmp_path_factory, "built", _build)
    shutil.copytree(built, dbt_home.settings.home, dirs_exist_ok=True)
    return _nodes(dbt_home.manifest(), "model")


def _build(folder: Path) -> None:
    home = _empty_home(folder)
    # Tables first: the unit test of an incremental model reads the columns of the table it adds to.
    home.must_run("seed")
    home.must_run("run")
    compiled = home.target / "manifest.json"
    shutil.copy(compiled, folder / compiled.name)
    home.must_run("test", "--select", "test_type:unit")
    shutil.move(folder / compiled.name, compiled)


def _nodes(manifest: dict[str, Any], kind: str) -> Models:
    return {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == kind}
