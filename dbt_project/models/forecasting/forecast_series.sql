with runs as (

    select *
    from {{ ref('stg_forecast__forecast_runs') }}

),

series as (

    select *
    from {{ ref('stg_forecast__forecast_series') }}

),

latest_run as (

    select
        run_id,
        last_complete_date
    from runs
    qualify row_number() over (order by as_of desc nulls last, run_id asc nulls last) = 1

)

select
    {{ surrogate_key(['series.run_id', 'series.measure', 'series.level', 'series.series_id']) }}
        as forecast_series_key,
    series.run_id,
    series.as_of as forecast_as_of_at,
    latest_run.last_complete_date,
    series.measure,
    series.level,
    series.series_id,
    series.status as forecast_status,
    series.first_date,
    series.last_sale_date,
    cast(series.day_count as int) as day_count,
    series.adi,
    series.cv2,
    series.demand_class,
    series.model,
    series.replaced_model,
    series.implausibility,
    series.named_cause
from series
inner join latest_run
    on series.run_id = latest_run.run_id
