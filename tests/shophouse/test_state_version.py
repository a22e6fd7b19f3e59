"""A state folder of an earlier version is carried on; one of a later version is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.runner import run_job
from orchestration.runs.writer_lock import writer_lock
from shophouse.settings import Settings
from shophouse.state_version import STATE_VERSION, LaterStateError, refuse_later_state


def _recorded(home: Path) -> int:
    return int(json.loads((home / "state.json").read_text())["version"])


def test_who_writes_a_folder_records_the_version(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")

    with writer_lock(settings, "a run"):
        pass

    assert _recorded(settings.home) == STATE_VERSION


@pytest.mark.parametrize("record", [None, "", "{}", '{"version": 1}'])
def test_a_folder_of_an_earlier_version_is_carried_on(tmp_path: Path, record: str | None) -> None:
    settings = Settings(home=tmp_path)
    if record is not None:
        (tmp_path / "state.json").write_text(record)

    with writer_lock(settings, "a run"):
        pass

    assert _recorded(tmp_path) == STATE_VERSION


def test_a_folder_of_a_later_version_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text(json.dumps({"version": STATE_VERSION + 1}))
    settings = Settings(home=tmp_path)

    with pytest.raises(LaterStateError, match=r"later version of Shophouse .* set SHOPHOUSE_HOME"):
        refuse_later_state(settings)
    with pytest.raises(LaterStateError), writer_lock(settings, "a run"):
        pass
    with pytest.raises(LaterStateError):
        run_job("full", settings)

    assert [file.name for file in tmp_path.iterdir()] == ["state.json"]
    assert _recorded(tmp_path) == STATE_VERSION + 1
