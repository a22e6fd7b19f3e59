"""Private parts of dbt and dagster-dbt, which an upgrade may move: here and nowhere else, and a test names each.

They are imported inside, because dbt's own process has no use for Dagster.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import dagster as dg
    from dagster_dbt import DagsterDbtTranslator
    from packaging.version import Version


_PARSED = "partial_parse.msgpack"
"""What dbt parsed, as dbt itself reads it again."""


def compiled_nodes(
    target: Path, folders: Sequence[str], selection: Sequence[str], *, parse: bool = True
) -> tuple[dict[str, Any], dict[str, str]]:
    """What dbt makes of a project.

    Args:
        target: folder of what dbt writes.
        folders: arguments of dbt that name its folders.
        selection: arguments of dbt that select what is compiled.
        parse: whether the project is parsed first; else what was parsed into the folder is taken.

    Returns:
        the manifest, as JSON, and the compiled SQL by node.

    Raises:
        SystemExit: dbt refuses the project; it has said why.
    """
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    quiet = ["--quiet", "--log-level-file", "none"]
    if parse:
        _invoke(dbtRunner(), [*quiet, "parse", "--no-partial-parse", *folders])
    # Of what it has compiled once, dbt compiles nothing again.
    manifest = Manifest.from_msgpack((target / _PARSED).read_bytes(), decoder=extended_mashumuro_decoder)
    manifest.build_parent_and_child_maps()
    manifest.build_flat_graph()
    results = _invoke(dbtRunner(manifest), [*quiet, "compile", "--no-populate-cache", *selection, *folders])
    compiled = {result.node.unique_id: result.node.compiled_code for result in results if result.node.compiled_code}
    return json.loads((target / "manifest.json").read_text(encoding="utf-8")), compiled


def _invoke(runner: Any, arguments: list[str]) -> Any:
    outcome = runner.invoke(arguments)
    if not outcome.success:
        raise SystemExit(str(outcome.exception or 1))
    return outcome.result


def asked_nodes(
    context: dg.AssetExecutionContext, manifest: Mapping[str, Any], translator: DagsterDbtTranslator
) -> frozenset[str]:
    """Ids of the models, seeds and tests that a Dagster step asks for.

    A test that Dagster knows as no check of an asset is asked for with all the models that it reads; one of sources
    alone, with a model that reads any of them.

    Args:
        context: of the step.
        manifest: dbt's.
        translator: of the step's assets.
    """
    from dagster_dbt.asset_utils import get_asset_check_key_for_test

    keys, checks, nodes = context.selected_asset_keys, context.selected_asset_check_keys, manifest["nodes"]
    made = {
        id
        for id, node in nodes.items()
        if node["resource_type"] in ("model", "seed") and translator.get_asset_key(node) in keys
    }
    read = {parent for id in made for parent in nodes[id]["depends_on"].get("nodes", ())}

    def is_asked(id: str) -> bool:
        parents = set(nodes[id]["depends_on"]["nodes"])
        if all(parent.startswith("source.") for parent in parents):
            return bool(parents & read)
        check = get_asset_check_key_for_test(manifest, translator, id, project=None)
        return check in checks if check else parents <= made | manifest["sources"].keys()

    return frozenset(made | {id for id, node in nodes.items() if node["resource_type"] == "test" and is_asked(id)})


def dbt_version() -> Version:
    """The version of the installed dbt, without a dbt that is started to tell it."""
    from dagster_dbt.compat import DBT_PYTHON_VERSION

    return DBT_PYTHON_VERSION
