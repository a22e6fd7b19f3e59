select
    run_id,
    as_of,
    measure,
    level,
    horizon_days,
    total_mean,
    parts_mean,
    difference,
    part_count,
    parts_without_forecast
from {{ source('forecast', 'fct_forecast_difference') }}
