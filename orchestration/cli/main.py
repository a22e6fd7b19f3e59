"""The ``shophouse`` command."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from orchestration.cli.demo import demo, serve_demo_api
from orchestration.cli.importing import import_
from orchestration.cli.query import sql
from orchestration.cli.run import run
from orchestration.cli.status import status
from orchestration.cli.sync import sync
from orchestration.cli.terminal import fail
from orchestration.cli.verify import verify
from orchestration.runs.outcome import ExitCode
from shophouse.settings import InvalidSettingsError
from shophouse.state_version import LaterStateError


class _Commands(TyperGroup):
    """The commands, all of which read the settings: what is wrong with them, or with the folder, is said here."""

    def invoke(self, ctx: Any) -> object:
        """Runs the command.

        Raises:
            typer.Exit: a setting is invalid, or the state folder is of a later version.
        """
        try:
            return super().invoke(ctx)
        except (InvalidSettingsError, LaterStateError) as error:
            raise fail(str(error), ExitCode.WRONG_USAGE) from None


app = typer.Typer(
    name="shophouse",
    cls=_Commands,
    help="The warehouse of an online shop: ingest, transform, forecast, audit, publish. Exit codes: 0 ok, 1 a stage "
    "failed, 2 wrong usage, 3 the data failed its audit (the last good publication stays).",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
)

app.command("demo")(demo)
app.command("run")(run)
app.command("sync")(sync)
app.command("import")(import_)
app.command("status")(status)
app.command("sql")(sql)
app.command("verify")(verify)
app.command("serve-demo-api")(serve_demo_api)
