"""What dbt reads when it parses the project."""

from __future__ import annotations

from typing import Any

import msgpack

from tests.dbt.conftest import DbtHome


def test_a_run_s_settings_do_not_make_dbt_parse_again(dbt_home: DbtHome, manifest: dict[str, Any]) -> None:
    """What was parsed serves every run, so nothing in it may depend on the instant or the state folder of one."""
    assert manifest["nodes"]
    parsed = msgpack.unpackb((dbt_home.target / "partial_parse.msgpack").read_bytes(), strict_map_key=False)
    assert parsed["env_vars"] == {}
    assert str(dbt_home.settings.home).encode() not in (dbt_home.target / "partial_parse.msgpack").read_bytes()
