with runs as (

    select *
    from {{ ref('stg_forecast__forecast_runs') }}

),

forecasts as (

    select *
    from {{ ref('stg_forecast__forecasts') }}
    where is_selected

),

accuracy as (

    select *
    from {{ ref('stg_forecast__forecast_accuracies') }}

),

stores as (

    select * from {{ ref('dim_store') }}

),

reporting as (

    select max(reporting_currency) as reporting_currency
    from stores

),

latest_run as (

    select
        run_id,
        last_complete_date
    from runs
    qualify row_number() over (order by as_of desc nulls last, run_id asc nulls last) = 1

),

latest_forecasts as (

    select
        forecasts.run_id,
        forecasts.as_of,
        latest_run.last_complete_date,
        forecasts.measure,
        forecasts.level,
        forecasts.series_id,
        forecasts.forecast_date,
        forecasts.horizon_day,
        forecasts.model,
        forecasts.mean,
        forecasts.p025,
        forecasts.p05,
        forecasts.p10,
        forecasts.p25,
        forecasts.p50,
        forecasts.p75,
        forecasts.p90,
        forecasts.p95,
        forecasts.p975,
        forecasts.is_closed
    from forecasts
    inner join latest_run
        on forecasts.run_id = latest_run.run_id

),

-- Accuracy is known by stretches of the horizon, named by their first day.
with_bucket as (

    select
        latest_forecasts.run_id,
        latest_forecasts.measure,
        latest_forecasts.level,
        latest_forecasts.series_id,
        latest_forecasts.forecast_date,
        max(accuracy.horizon_bucket) as horizon_bucket
    from latest_forecasts
    inner join accuracy
        on
            latest_forecasts.run_id = accuracy.run_id
            and latest_forecasts.measure = accuracy.measure
            and latest_forecasts.level = accuracy.level
            and latest_forecasts.series_id = accuracy.series_id
            and latest_forecasts.model = accuracy.model
            and latest_forecasts.horizon_day >= accuracy.horizon_bucket
    group by
        latest_forecasts.run_id,
        latest_forecasts.measure,
        latest_forecasts.level,
        latest_forecasts.series_id,
        latest_forecasts.forecast_date

)

select
    {{ surrogate_key([
        'latest_forecasts.run_id', 'latest_forecasts.measure', 'latest_forecasts.level',
        'latest_forecasts.series_id', 'latest_forecasts.forecast_date'
    ]) }} as forecast_sales_daily_key,
    latest_forecasts.run_id,
    latest_forecasts.as_of as forecast_as_of_at,
    latest_forecasts.last_complete_date,
    latest_forecasts.measure,
    latest_forecasts.level,
    latest_forecasts.series_id,
    latest_forecasts.forecast_date,
    cast(latest_forecasts.horizon_day as int) as horizon_day,
    latest_forecasts.model,
    latest_forecasts.mean,
    latest_forecasts.p025,
    latest_forecasts.p05,
    latest_forecasts.p10,
    latest_forecasts.p25,
    latest_forecasts.p50,
    latest_forecasts.p75,
    latest_forecasts.p90,
    latest_forecasts.p95,
    latest_forecasts.p975,
    latest_forecasts.is_closed,
    case when latest_forecasts.measure = 'net_sales_reporting' then reporting.reporting_currency end
        as reporting_currency,
    accuracy.wape as backtest_wape,
    accuracy.mase as backtest_mase,
    accuracy.bias as backtest_bias,
    accuracy.coverage_80 as backtest_coverage_80_rate,
    accuracy.coverage_95 as backtest_coverage_95_rate
from latest_forecasts
cross join reporting
left join with_bucket
    on
        latest_forecasts.run_id = with_bucket.run_id
        and latest_forecasts.measure = with_bucket.measure
        and latest_forecasts.level = with_bucket.level
        and latest_forecasts.series_id = with_bucket.series_id
        and latest_forecasts.forecast_date = with_bucket.forecast_date
left join accuracy
    on
        latest_forecasts.run_id = accuracy.run_id
        and latest_forecasts.measure = accuracy.measure
        and latest_forecasts.level = accuracy.level
        and latest_forecasts.series_id = accuracy.series_id
        and latest_forecasts.model = accuracy.model
        and with_bucket.horizon_bucket = accuracy.horizon_bucket
