-- Plans and forecasts reach two years beyond the run; whole years, so that year-over-year windows are never cut.
with dates_used as (

    select
        min(order_date) as first_date,
        max(order_date) as last_date
    from {{ ref('int_orders') }}

    union all

    select
        min(account_date) as first_date,
        max(account_date) as last_date
    from {{ ref('int_ad_performance') }}

    union all

    select
        min(start_date) as first_date,
        max(end_date) as last_date
    from {{ ref('int_seasons') }}

    union all

    select
        min(month_start_date) as first_date,
        max(month_start_date) as last_date
    from {{ ref('int_market_retail') }}

    union all

    select
        {{ add_months(as_of_date("'UTC'"), -24) }} as first_date,
        {{ add_months(as_of_date("'UTC'"), 24) }} as last_date

)

select
    {{ first_day_of('year', 'min(first_date)') }} as first_date,
    {{ add_days(add_months(first_day_of('year', 'max(last_date)'), 12), -1) }} as last_date
from dates_used
