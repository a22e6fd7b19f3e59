select
    run_id,
    as_of,
    last_complete_date,
    horizon_days,
    seed,
    versions,
    series_count,
    duration_seconds
from {{ source('forecast', 'forecast_run') }}
