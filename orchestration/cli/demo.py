"""``shophouse demo`` and ``shophouse serve-demo-api``."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, time
from importlib import import_module
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Annotated

import typer

from demo.defaults import DEFAULT_DAYS, DEFAULT_SCALE, DEFAULT_SEED
from orchestration.cli.run import run_and_report
from orchestration.cli.summary import print_summary
from orchestration.cli.terminal import CONSOLE, explaining_full_disk, fail
from orchestration.dbt.parsing import parsed_meanwhile
from orchestration.runs.outcome import ExitCode
from orchestration.runs.reporter import REPORTER, Progress
from orchestration.runs.writer_lock import WriterBusyError, writer_lock
from shophouse.settings import Settings

if TYPE_CHECKING:
    from demo.home import DemoParameters
    from demo.serve import Server

Scale = Annotated[float, typer.Option(min=0.001, max=2.0, help="1 is 100,000 customers and 1,000,000 order lines.")]
Days = Annotated[int, typer.Option(min=60, max=1_500, help="Days of history.")]
Seed = Annotated[int, typer.Option(help="Which merchant.")]
AsOf = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The merchant's today; by default the calendar's.")
]


def demo(
    scale: Scale = DEFAULT_SCALE, days: Days = DEFAULT_DAYS, seed: Seed = DEFAULT_SEED, as_of: AsOf = None
) -> None:
    """Build a demo merchant's warehouse end to end, through the vendors' APIs on this machine.

    Example: shophouse demo --scale 0.1 --as-of 2026-11-20
    """
    from demo.home import DemoParameters

    settings = _settings(as_of)
    with ExitStack() as until_published:
        _served_demo(settings, DemoParameters(scale, days, seed, settings.instant().isoformat()), until_published)
        run_and_report("full", settings)
    print_summary(settings)


def serve_demo_api(
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port on 127.0.0.1.")] = 8765,
    scale: Scale = DEFAULT_SCALE,
    days: Days = DEFAULT_DAYS,
    seed: Seed = DEFAULT_SEED,
    as_of: AsOf = None,
) -> None:
    """Serve the demo merchant's APIs until interrupted, and print the settings that point the connectors at them.

    Example: shophouse serve-demo-api --port 8765
    """
    from demo.home import DemoParameters
    from demo.serve import PortError, reserved

    settings = _settings(as_of)
    parameters = DemoParameters(scale, days, seed, settings.instant().isoformat())
    try:
        with reserved(port) as held:
            _serve(_served_merchant(settings, parameters), held, settings)
    except PortError as error:
        raise fail(str(error), ExitCode.WRONG_USAGE) from None


def _serve(merchant: Path, held: socket, settings: Settings) -> None:
    from demo.faults import FaultPlan
    from demo.serve import configuration, serve_here

    host, port = held.getsockname()
    url = f"http://{host}:{port}"
    for name, value in configuration(merchant, url).items():
        typer.echo(f"export {name}={value}")
    CONSOLE.print(f"# serving {merchant} at {url}; stop with Ctrl+C", markup=False, soft_wrap=True)
    serve_here(merchant, held, FaultPlan(), settings.instant())


def _settings(as_of: datetime | None) -> Settings:
    settings = Settings()
    if as_of is not None:
        instant = as_of.replace(hour=12, tzinfo=UTC)
    else:
        instant = settings.as_of or datetime.combine(settings.instant().date(), time(12), UTC)
    return settings.model_copy(update={"as_of": instant, "reporting_currency": settings.reporting_currency or "USD"})


def _served_merchant(settings: Settings, parameters: DemoParameters) -> Path:
    from demo.home import prepare_served_merchant

    with explaining_full_disk(settings), CONSOLE.status("simulating the merchant") as status:
        return prepare_served_merchant(settings, parameters, lambda what, rows: status.update(f"{what}: {rows:,}"))


def _served_demo(settings: Settings, parameters: DemoParameters, until_published: ExitStack) -> None:
    """Makes the merchant, serves it for as long as the stack is open, and runs the syncs of its earlier days."""
    from demo.foreign_data import NotADemoHomeError
    from demo.home import drop_spreadsheets, served
    from ingestion.source import SourceError

    try:
        # What the run imports takes seconds, and dbt's parsing, beside which all of this stands, takes longer.
        with (
            explaining_full_disk(settings),
            parsed_meanwhile(settings),
            writer_lock(settings, "the making of the demo merchant"),
        ):
            merchant = _simulated(settings, parameters)
            drop_spreadsheets(merchant, settings.inbox)
            _sync_earlier_days(merchant, settings, until_published.enter_context(served(merchant, settings)))
            import_module("dagster_dbt")
    except NotADemoHomeError as error:
        raise fail(str(error), ExitCode.WRONG_USAGE) from None
    except (WriterBusyError, SourceError) as error:
        raise fail(str(error), ExitCode.STAGE_FAILED) from None


def _simulated(settings: Settings, parameters: DemoParameters) -> Path:
    from demo.home import prepare_merchant

    with REPORTER.stage("simulate"), CONSOLE.status("simulating the merchant") as status:
        merchant = prepare_merchant(settings, parameters, lambda what, rows: status.update(f"{what}: {rows:,}"))
    REPORTER.report(Progress("simulate", "merchant", done=True))
    return merchant


def _sync_earlier_days(merchant: Path, settings: Settings, server: Server) -> None:
    from demo.earlier_syncs import sync_earlier_days

    def told(source: str, moment: datetime, rows: int) -> None:
        status.update(f"syncs of earlier days: {source} on {moment:%Y-%m-%d}")
        REPORTER.report(Progress(stage, source, rows, done=True))

    stage = "earlier syncs"
    with REPORTER.stage(stage), CONSOLE.status("syncs of earlier days") as status:
        sync_earlier_days(merchant, settings, server, told)
