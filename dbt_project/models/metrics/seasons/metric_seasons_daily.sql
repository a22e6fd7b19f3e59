with seasons as (

    select *
    from {{ ref('dim_season') }}

),

budget_lines as (

    select *
    from {{ ref('fct_season_budget_lines') }}

),

spends as (

    select *
    from {{ ref('fct_season_spends') }}

),

sales as (

    select *
    from {{ ref('metric_sales_booked_daily') }}

),

stores as (

    select * from {{ ref('dim_store') }}

),

last_day as (

    select max(all_stores_last_complete_date) as last_complete_date
    from stores

),

sales_by_date as (

    select
        ledger_date as date,
        {{ known_sum('net_sales_amount_reporting') }} as net_sales_reporting,
        {{ known_sum('costed_net_sales_amount_reporting') }} as costed_net_sales_reporting,
        sum(cogs_amount_reporting) as cogs_reporting,
        sum(order_count) as orders
    from sales
    group by ledger_date

),

budget_by_season as (

    select
        season_id,
        {{ known_sum('planned_amount_reporting') }} as planned_amount_reporting,
        {{ known_sum('committed_amount_reporting') }} as committed_amount_reporting
    from budget_lines
    group by season_id

),

spends_by_date as (

    select
        season_id,
        spend_date,
        {{ known_sum_where("spend_status = 'actual'", 'spend_amount_reporting') }} as actual_amount_reporting,
        {{ known_sum_where(
            "spend_status = 'actual' and budget_category = 'marketing'", 'spend_amount_reporting'
        ) }}
            as actual_marketing_amount_reporting,
        {{ known_sum_where(
            "spend_status = 'actual' and budget_category = 'inventory'", 'spend_amount_reporting'
        ) }}
            as actual_inventory_amount_reporting
    from spends
    group by season_id, spend_date

),

spend_periods as (

    select
        season_id,
        min(spend_date) as first_spend_date,
        max(spend_date) as last_spend_date
    from spends
    group by season_id

),

-- Seasons are paid for before they sell and after: the days run from the first spend to the last.
periods as (

    select
        seasons.season_id,
        least(seasons.start_date, coalesce(spend_periods.first_spend_date, seasons.start_date)) as first_date,
        greatest(seasons.end_date, coalesce(spend_periods.last_spend_date, seasons.end_date)) as last_date
    from seasons
    left join spend_periods
        on seasons.season_id = spend_periods.season_id

),

days as (

    {{ explode_dates('periods', 'first_date', 'last_date', 'date') }}

),

-- What is ordered and not yet paid counts against the budget at once, whenever it falls due. Days after the run have a
-- plan and commitments, but neither payments nor sales.
measured as (

    select
        days.season_id,
        days.date,
        days.first_date,
        seasons.start_date,
        seasons.end_date,
        seasons.target_revenue_amount_reporting,
        seasons.target_profit_amount_reporting,
        seasons.reporting_currency,
        days.date <= {{ as_of_date("'UTC'") }} as is_reached,
        days.date between seasons.start_date and seasons.end_date as is_selling_day,
        days.date < {{ as_of_date("'UTC'") }} and days.date <= coalesce(last_day.last_complete_date, days.date)
            as is_complete_day,
        case when budget_by_season.season_id is null then 0 else budget_by_season.planned_amount_reporting end
            as planned_amount_reporting,
        case when budget_by_season.season_id is null then 0 else budget_by_season.committed_amount_reporting end
            as committed_amount_reporting,
        case when spends_by_date.season_id is null then 0 else spends_by_date.actual_amount_reporting end
            as actual_amount_reporting,
        case when spends_by_date.season_id is null then 0 else spends_by_date.actual_marketing_amount_reporting end
            as actual_marketing_amount_reporting,
        case when spends_by_date.season_id is null then 0 else spends_by_date.actual_inventory_amount_reporting end
            as actual_inventory_amount_reporting,
        case
            when days.date between seasons.start_date and seasons.end_date
                then case when sales_by_date.date is null then 0 else sales_by_date.net_sales_reporting end
            else 0
        end as net_sales_reporting,
        case
            when days.date between seasons.start_date and seasons.end_date
                then case when sales_by_date.date is null then 0 else sales_by_date.costed_net_sales_reporting end
            else 0
        end as costed_net_sales_reporting,
        case
            when days.date between seasons.start_date and seasons.end_date
                then coalesce(sales_by_date.cogs_reporting, 0)
            else 0
        end as cogs_reporting,
        case
            when days.date between seasons.start_date and seasons.end_date
                then coalesce(sales_by_date.orders, 0)
            else 0
        end as orders
    from days
    inner join seasons
        on days.season_id = seasons.season_id
    cross join last_day
    left join budget_by_season
        on days.season_id = budget_by_season.season_id
    left join spends_by_date
        on
            days.season_id = spends_by_date.season_id
            and days.date = spends_by_date.spend_date
    left join sales_by_date
        on days.date = sales_by_date.date

),

to_date as (

    select
        season_id,
        date,
        is_complete_day,
        is_selling_day,
        is_reached,
        start_date,
        end_date,
        target_revenue_amount_reporting,
        target_profit_amount_reporting,
        reporting_currency,
        planned_amount_reporting,
        committed_amount_reporting,
        actual_amount_reporting,
        net_sales_reporting,
        costed_net_sales_reporting,
        cogs_reporting,
        orders,
        {{ days_between('first_date', 'date') }} + 1 as elapsed_day_count,
        {{ days_between('first_date', 'end_date') }} + 1 as budget_day_count,
        {{ known_sum_over('actual_amount_reporting', 'season_to_date') }} as actual_to_date,
        {{ known_sum_over('actual_marketing_amount_reporting', 'season_to_date') }} as marketing_to_date,
        {{ known_sum_over('actual_inventory_amount_reporting', 'season_to_date') }} as inventory_to_date,
        {{ known_sum_over('net_sales_reporting', 'season_to_date') }} as net_sales_to_date,
        {{ known_sum_over('costed_net_sales_reporting', 'season_to_date') }} as costed_net_sales_to_date,
        sum(cogs_reporting) over season_to_date as cogs_to_date,
        {{ known_sum_over('net_sales_reporting', 'week_to_date') }} as net_sales_week_to_date
    from measured
    window
        season_to_date as (
            partition by season_id
            order by date nulls last
            rows between unbounded preceding and current row
        ),
        week_to_date as (
            partition by season_id, {{ first_day_of('week', 'date') }}
            order by date nulls last
            rows between unbounded preceding and current row
        )

),

judged as (

    select
        season_id,
        date,
        is_complete_day,
        is_selling_day,
        is_reached,
        start_date,
        end_date,
        target_revenue_amount_reporting,
        target_profit_amount_reporting,
        reporting_currency,
        planned_amount_reporting,
        committed_amount_reporting,
        elapsed_day_count,
        budget_day_count,
        case when is_reached then actual_amount_reporting end as actual_amount_reporting,
        case when is_reached then net_sales_reporting end as net_sales_reporting,
        case
            when is_reached
                then {{ gross_profit('net_sales_reporting', 'costed_net_sales_reporting', 'cogs_reporting') }}
        end as gross_profit_reporting,
        case when is_reached then orders end as orders,
        case when is_reached then actual_to_date end as actual_to_date,
        case when is_reached then marketing_to_date end as marketing_to_date,
        case when is_reached then net_sales_to_date end as net_sales_to_date,
        case when is_reached then net_sales_week_to_date end as net_sales_week_to_date,
        case
            when is_reached
                then
                    {{ gross_profit('net_sales_to_date', 'costed_net_sales_to_date', 'cogs_to_date') }}
                    - (actual_to_date - inventory_to_date)
        end as profit_to_date,
        planned_amount_reporting * least({{ safe_divide('elapsed_day_count', 'budget_day_count') }}, 1)
            as planned_to_date
    from to_date

)

select
    {{ surrogate_key(['season_id', 'date']) }} as season_daily_key,
    season_id,
    date,
    is_complete_day,
    is_selling_day,
    cast(elapsed_day_count as int) as elapsed_day_count,
    cast(budget_day_count as int) as budget_day_count,
    cast(planned_amount_reporting as decimal(18, 4)) as planned_amount_reporting,
    cast(planned_to_date as decimal(18, 4)) as planned_amount_reporting_to_date,
    cast(committed_amount_reporting as decimal(18, 4)) as committed_amount_reporting,
    cast(actual_amount_reporting as decimal(18, 4)) as actual_amount_reporting,
    cast(actual_to_date as decimal(18, 4)) as actual_amount_reporting_to_date,
    cast(planned_amount_reporting - committed_amount_reporting - actual_to_date as decimal(18, 4))
        as remaining_amount_reporting,
    cast(actual_to_date - planned_to_date as decimal(18, 4)) as variance_amount_reporting_to_date,
    cast(orders as bigint) as order_count,
    cast(net_sales_reporting as decimal(18, 4)) as net_sales_amount_reporting,
    cast(gross_profit_reporting as decimal(18, 4)) as gross_profit_amount_reporting,
    cast(net_sales_week_to_date as decimal(18, 4)) as net_sales_reporting_week_to_date,
    cast(net_sales_to_date as decimal(18, 4)) as net_sales_reporting_to_date,
    cast(profit_to_date as decimal(18, 4)) as profit_reporting_to_date,
    target_revenue_amount_reporting,
    target_profit_amount_reporting,
    reporting_currency,
    {{ safe_divide('actual_to_date', 'elapsed_day_count') }} as burn_rate_reporting,
    {{ safe_divide('actual_to_date', 'elapsed_day_count') }} * budget_day_count as projected_spend_reporting,
    {{ ratio('actual_to_date', 'planned_to_date', 'amount') }} as pacing_rate,
    {{ ratio('committed_amount_reporting + actual_to_date', 'planned_amount_reporting', 'amount') }} as used_rate,
    {{ ratio('net_sales_to_date', 'target_revenue_amount_reporting', 'amount') }} as revenue_target_rate,
    {{ ratio('profit_to_date', 'target_profit_amount_reporting', 'amount') }} as profit_target_rate,
    {{ ratio('profit_to_date', 'actual_to_date', 'amount') }} as return_on_spend_rate,
    {{ ratio('net_sales_to_date', 'marketing_to_date', 'amount') }} as revenue_per_marketing_spend,
    {{ ratio('net_sales_to_date', 'planned_amount_reporting', 'amount') }} as revenue_per_budget
from judged
