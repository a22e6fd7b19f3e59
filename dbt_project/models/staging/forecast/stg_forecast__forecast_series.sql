select
    run_id,
    as_of,
    measure,
    level,
    series_id,
    status,
    first_date,
    last_sale_date,
    day_count,
    adi,
    cv2,
    demand_class,
    model,
    replaced_model,
    implausibility,
    named_cause
from {{ source('forecast', 'fct_forecast_series') }}
