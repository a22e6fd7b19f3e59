with seasons as (

    select *
    from {{ ref('int_seasons') }}

),

rates as (

    select *
    from {{ ref('int_exchange_rates') }}

)

select
    seasons.season_id,
    seasons.season_name,
    seasons.season_type,
    seasons.start_date,
    seasons.end_date,
    seasons.peak_date,
    {{ days_between('seasons.start_date', 'seasons.end_date') }} + 1 as season_day_count,
    case
        when {{ as_of_date("'UTC'") }} < seasons.start_date then 'planned'
        when {{ as_of_date("'UTC'") }} > seasons.end_date then 'ended'
        else 'running'
    end as season_status,
    seasons.target_revenue_amount,
    seasons.target_profit_amount,
    seasons.currency,
    {{ to_reporting('seasons.target_revenue_amount') }} as target_revenue_amount_reporting,
    {{ to_reporting('seasons.target_profit_amount') }} as target_profit_amount_reporting,
    rates.reporting_currency
from seasons
left join rates
    on
        seasons.currency = rates.from_currency
        and seasons.start_date = rates.date
