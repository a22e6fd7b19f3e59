"""The forecast tables as assets."""

from collections.abc import Iterator

import dagster as dg

from forecasting.config import ForecastConfig
from forecasting.tables import TABLES
from orchestration.assets.common import OWNER, POOL, column_schema
from orchestration.runs.inputs import PUBLISHED, note_undone
from orchestration.runs.reporter import REPORTER, Progress
from orchestration.runs.warehouse import Warehouse

READ = (dg.AssetKey(["forecasting", "series_sales_daily"]), dg.AssetKey(["marts", "dim_store"]))
"""The history that is forecast, and the stores, whose countries have the holidays."""
READERS = "transform_forecasts"
"""The step of the models that read the forecasts."""


def _spec(table: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=["forecast", table],
        deps=READ,
        description=TABLES[table].description,
        group_name="forecast",
        kinds={"python", "polars", "duckdb"},
        owners=[OWNER],
        metadata={
            "dagster/column_schema": column_schema(TABLES[table]),
            "dagster/table_name": f"shophouse.forecast.{table}",
        },
    )


@dg.multi_asset(name="forecast_series", specs=[_spec(table) for table in TABLES], pool=POOL)
def forecast(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[dg.MaterializeResult]:
    """Backtests, selects, forecasts and calibrates every daily sales series."""
    # Imported here: the forecasting packages take seconds to import, which loading the definitions should not pay.
    from forecasting.warehouse import forecast_warehouse

    settings = warehouse.settings
    note_undone(settings, READERS, PUBLISHED)
    with REPORTER.stage("forecast"):
        rows = forecast_warehouse(
            settings.warehouse_db,
            as_of=settings.instant(),
            config=ForecastConfig(),
            progress=lambda message: REPORTER.report(Progress("forecast", message)),
        )
    for table, count in rows.items():
        REPORTER.report(Progress("forecast", table, count, done=True))
        yield dg.MaterializeResult(asset_key=["forecast", table], metadata={"dagster/row_count": count})
