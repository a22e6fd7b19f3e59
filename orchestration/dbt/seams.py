"""Private parts of dbt and dagster-dbt, which an upgrade may move: here and nowhere else, and a test names each.

They are imported inside, because dbt's own process has no use for Dagster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import dagster as dg
    from dagster_dbt import DagsterDbtTranslator
    from packaging.version import Version


def preloaded_dbt(parsed: Path) -> Callable[[list[str]], int]:
    """dbt with its imports done and a project parsed: it reads no file of the project again, nor asks whose home it is.

    Args:
        parsed: what dbt wrote when it parsed the project (``partial_parse.msgpack``).

    Returns:
        a function that runs dbt's command line and returns its exit code.
    """
    import dbt.adapters.duckdb
    import dbt.task.build  # noqa: F401
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    manifest = Manifest.from_msgpack(parsed.read_bytes(), decoder=extended_mashumuro_decoder)
    manifest.build_parent_and_child_maps()
    manifest.build_flat_graph()

    def run(arguments: list[str]) -> int:
        outcome = dbtRunner(manifest).invoke(arguments)
        if outcome.exception:
            print(outcome.exception)
            return 2
        return 0 if outcome.success else 1

    return run


@dataclass(frozen=True)
class Asked:
    """What a Dagster step asks of dbt.

    Attributes:
        selection: arguments that select the step's nodes.
        environment: variables that belong to the selection.
        project_dir: of the project, or of Dagster's copy of it where the selection is long.
        manifest: of the step's assets.
        translator: of the step's assets.
    """

    selection: Sequence[str]
    environment: Mapping[str, str]
    project_dir: Path
    manifest: Mapping[str, Any]
    translator: DagsterDbtTranslator


def asked_of_dbt(context: dg.AssetExecutionContext) -> Asked:
    """What the step of a context asks of dbt, all of its nodes or those that were selected."""
    from dagster_dbt import DagsterDbtTranslator
    from dagster_dbt.asset_utils import DBT_INDIRECT_SELECTION_ENV, get_updated_cli_invocation_params_for_context

    found = get_updated_cli_invocation_params_for_context(context, {}, DagsterDbtTranslator())
    assert found.dbt_project is not None
    indirect = {DBT_INDIRECT_SELECTION_ENV: found.indirect_selection} if found.indirect_selection else {}
    return Asked(
        found.selection_args,
        indirect,
        Path(found.dbt_project.project_dir),
        found.manifest,
        found.dagster_dbt_translator,
    )


def dbt_version() -> Version:
    """The version of the installed dbt, without a dbt that is started to tell it."""
    from dagster_dbt.compat import DBT_PYTHON_VERSION

    return DBT_PYTHON_VERSION
