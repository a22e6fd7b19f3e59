"""Which manifest a run finds: that of the project's content, whole, and made once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from orchestration.dbt import parsing
from orchestration.dbt.parsing import manifest_folder, parsed_meanwhile, parsed_project
from shophouse.settings import Settings

_PROJECT = """
name: small
version: "1.0.0"
profile: small
flags: {send_anonymous_usage_stats: false}
"""
_PROFILE = """
small:
  target: duckdb
  outputs:
    duckdb: {type: duckdb, path: "{{ env_var('SHOPHOUSE_HOME') }}/small.duckdb"}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt project of one model, in place of ours."""
    folder = tmp_path / "project"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(_PROJECT)
    (folder / "profiles.yml").write_text(_PROFILE)
    (folder / "models" / "one.sql").write_text("select 1 as one")
    monkeypatch.setattr(parsing, "PROJECT_DIR", folder)
    return folder


def test_content_decides_and_not_the_dates(project: Path, settings: Settings) -> None:
    """A release that is unpacked over a checkout brings its files' own, older dates."""
    model = project / "models" / "one.sql"
    before = manifest_folder(settings)
    os.utime(model, (2_000_000_000, 2_000_000_000))
    assert manifest_folder(settings) == before
    model.write_text("select 2 as one")
    os.utime(model, (0, 0))
    assert manifest_folder(settings) != before


def test_state_folders_share_the_manifest_of_a_checkout(project: Path, settings: Settings, tmp_path: Path) -> None:
    other = Settings(home=tmp_path / "other")
    assert parsed_project(settings) == manifest_folder(other)
    assert project in parsed_project(other).parents


def test_a_checkout_that_may_not_be_written_leaves_it_to_the_state_folder(
    project: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing.os, "access", lambda *_: False)
    assert settings.home in manifest_folder(settings).parents


def test_a_manifest_is_never_found_half_written(project: Path, settings: Settings) -> None:
    with pytest.raises(KeyboardInterrupt), parsed_meanwhile(settings):
        raise KeyboardInterrupt
    assert not manifest_folder(settings).exists()

    with parsed_meanwhile(settings):
        assert not manifest_folder(settings).exists()
    made = manifest_folder(settings) / "manifest.json"
    assert "model.small.one" in json.loads(made.read_text())["nodes"]

    date = made.stat().st_mtime_ns
    assert parsed_project(settings) == made.parent
    assert made.stat().st_mtime_ns == date, "it was parsed again"


def test_a_file_that_is_saved_while_dbt_parses_is_parsed(project: Path, settings: Settings) -> None:
    with parsed_meanwhile(settings):
        (project / "models" / "two.sql").write_text("select 2 as two")
    assert not manifest_folder(settings).exists()
    manifest = json.loads((parsed_project(settings) / "manifest.json").read_text())
    assert "model.small.two" in manifest["nodes"]


def test_a_project_that_does_not_parse_says_why(project: Path, settings: Settings) -> None:
    (project / "models" / "one.sql").write_text("select {{ nobody( }}")
    with pytest.raises(parsing.DbtParseError, match=r"models/one\.sql"):
        parsed_project(settings)
    assert not manifest_folder(settings).exists()
