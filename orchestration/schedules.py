"""When the jobs run. All are stopped unless ``SHOPHOUSE_SCHEDULES=true`` (or started one by one in the UI)."""

from __future__ import annotations

import dagster as dg

from orchestration.jobs import FORECAST, SYNCS
from shophouse.settings import Settings

_STATUS = dg.DefaultScheduleStatus.RUNNING if Settings().schedules else dg.DefaultScheduleStatus.STOPPED


def _schedule(job: dg.UnresolvedAssetJobDefinition, cron: str, description: str) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=f"{job.name}_schedule",
        job=job,
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=_STATUS,
        description=description,
    )


SCHEDULES = [
    _schedule(SYNCS["commerce"], "*/15 * * * *", "Every 15 minutes."),
    _schedule(
        SYNCS["ads"], "0 10 * * *", "Daily at 10:00 UTC, past midnight in every ad account's zone west to Hawaii's."
    ),
    _schedule(
        SYNCS["census"],
        "0 14 13-18 * *",
        "14:00 UTC on the 13th to 18th: the advance estimate comes about nine business days after the month.",
    ),
    _schedule(FORECAST, "0 5 * * *", "Daily at 05:00 UTC."),
]
