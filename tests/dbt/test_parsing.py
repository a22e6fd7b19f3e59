"""What dbt reads when it parses the project, and what others read of it meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import msgpack
import pytest

from orchestration.dbt.parsing import parse_if_stale, parsed_meanwhile, target_folder
from tests.dbt.conftest import DbtHome


def test_a_run_s_settings_do_not_make_dbt_parse_again(dbt_home: DbtHome, manifest: dict[str, Any]) -> None:
    """dbt parses a file anew when an environment variable that it read there has changed, as every run's instant has."""
    assert manifest["nodes"]
    parsed = msgpack.unpackb((dbt_home.target / "partial_parse.msgpack").read_bytes(), strict_map_key=False)
    assert parsed["env_vars"] == {}


def test_a_manifest_is_never_found_half_written(dbt_home: DbtHome, manifest: dict[str, Any]) -> None:
    settings = dbt_home.settings
    target = target_folder(settings)
    target.mkdir(parents=True)
    shutil.copy(dbt_home.target / "partial_parse.msgpack", target)
    old = target / "manifest.json"
    old.write_text("old")
    os.utime(old, (0, 0))

    with pytest.raises(KeyboardInterrupt), parsed_meanwhile(settings):
        raise KeyboardInterrupt
    assert old.read_text() == "old"

    deadline = time.monotonic() + 120
    with parsed_meanwhile(settings):
        while not (parsed := target / "parsing" / "manifest.json").exists() or not _is_whole(parsed):
            assert time.monotonic() < deadline, "dbt did not parse in its own folder"
            time.sleep(0.1)
        assert old.read_text() == "old"
    made = old.stat().st_mtime_ns
    assert json.loads(old.read_text())["nodes"].keys() == manifest["nodes"].keys()

    parse_if_stale(settings)
    assert old.stat().st_mtime_ns == made


def _is_whole(manifest: Path) -> bool:
    try:
        return bool(json.loads(manifest.read_text()))
    except ValueError:
        return False
