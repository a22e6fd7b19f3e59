"""``shophouse verify``: whether the warehouse is what one build of everything would make."""

from __future__ import annotations

from orchestration.cli.terminal import CONSOLE, explaining_full_disk, fail
from orchestration.runs.outcome import ExitCode
from shophouse.settings import Settings


def verify() -> None:
    """Build every table anew in a temporary folder and compare: exit code 3, and which table differs.

    Runs build only what their input touched; this shows that nothing was left behind. The state folder is not changed.

    Example: shophouse verify
    """
    from orchestration.building.models import BuildError
    from orchestration.publication.verification import NothingToVerifyError
    from orchestration.publication.verification import verify as compared
    from orchestration.runs.writer_lock import WriterBusyError

    settings = Settings()
    CONSOLE.print("building every table anew beside the warehouse; this takes as long as a first run's models")
    try:
        with explaining_full_disk(settings):
            verification = compared(settings)
    except (NothingToVerifyError, WriterBusyError, BuildError) as error:
        raise fail(str(error), ExitCode.STAGE_FAILED) from None
    for difference in verification.differences:
        CONSOLE.print(
            f"{difference.table} differs: {_told(difference.rows)} in the warehouse, "
            f"{_told(difference.rows_anew)} built anew",
            markup=False,
            soft_wrap=True,
        )
    if verification.differences:
        raise fail(
            f"{len(verification.differences)} of {verification.compared} tables differ from a build of everything; "
            f"delete {settings.build_db}, which has nothing of its own, and the next `shophouse run` builds them anew",
            ExitCode.DATA_FAILED_AUDIT,
        )
    CONSOLE.print(f"{verification.compared} tables are what a build of everything makes")


def _told(rows: int | None) -> str:
    return "no table" if rows is None else f"{rows:,} rows"
