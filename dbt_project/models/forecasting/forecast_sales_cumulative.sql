-- Runs of before there was a status forecast every series that they have.
with runs as (

    select *
    from {{ ref('stg_forecast__forecast_runs') }}

),

cumulative as (

    select *
    from {{ ref('stg_forecast__cumulative_forecasts') }}

),

series as (

    select *
    from {{ ref('stg_forecast__forecast_series') }}

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

)

select
    {{ surrogate_key([
        'cumulative.run_id', 'cumulative.measure', 'cumulative.level', 'cumulative.series_id',
        'cumulative.horizon_days'
    ]) }} as forecast_sales_cumulative_key,
    cumulative.run_id,
    cumulative.as_of as forecast_as_of_at,
    cumulative.measure,
    cumulative.level,
    cumulative.series_id,
    cast(cumulative.horizon_days as int) as horizon_days,
    {{ add_days('latest_run.last_complete_date', 1) }} as first_date,
    {{ add_days('latest_run.last_complete_date', 'cumulative.horizon_days') }} as last_date,
    coalesce(cumulative.status, 'forecast') as forecast_status,
    cumulative.model,
    series.replaced_model,
    cumulative.mean,
    cumulative.p10 as worst_case,
    cumulative.p50 as expected_case,
    cumulative.p90 as best_case,
    cumulative.p025,
    cumulative.p975,
    cumulative.coverage_80 as backtest_coverage_80_rate,
    cumulative.coverage_95 as backtest_coverage_95_rate,
    cast(cumulative.coverage_n as int) as backtest_sum_count,
    cumulative.actual_to_date,
    case when cumulative.measure = 'net_sales_reporting' then reporting.reporting_currency end
        as reporting_currency
from cumulative
inner join latest_run
    on cumulative.run_id = latest_run.run_id
left join series
    on
        cumulative.run_id = series.run_id
        and cumulative.measure = series.measure
        and cumulative.level = series.level
        and cumulative.series_id = series.series_id
cross join reporting
