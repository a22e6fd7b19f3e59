"""What dbt reads when it parses the project."""

from __future__ import annotations

from pathlib import Path

import msgpack

from tests.dbt.conftest import DbtHome


def test_a_run_s_settings_do_not_make_dbt_parse_again(dbt_home: DbtHome, parsed: Path) -> None:
    """What was parsed serves every run, so nothing in it may depend on the instant or the state folder of one."""
    content = (parsed / "partial_parse.msgpack").read_bytes()
    told = msgpack.unpackb(content, strict_map_key=False)
    assert told["nodes"]
    assert told["env_vars"] == {}
    assert str(dbt_home.settings.home).encode() not in content
