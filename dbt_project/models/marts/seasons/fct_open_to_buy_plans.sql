{%- set cost_of_sales = 'net_sales - gross_profit' -%}
with targets as (

    select *
    from {{ ref('int_targets') }}

),

rates as (

    select *
    from {{ ref('int_exchange_rates') }}

),

converted as (

    select
        targets.period_type,
        targets.period_start_date,
        targets.store_id,
        targets.scope as category,
        targets.metric,
        {{ to_reporting('targets.target_value') }} as amount
    from targets
    left join rates
        on
            targets.currency = rates.from_currency
            and targets.period_start_date = rates.date

),

-- Channels have sales targets too, but only what holds stock has a stock to end with.
plans as (

    select
        period_type,
        period_start_date,
        store_id,
        category,
        max(case when metric = 'net_sales' then amount end) as net_sales,
        max(case when metric = 'gross_profit' then amount end) as gross_profit,
        max(case when metric = 'markdowns' then amount end) as markdowns,
        max(case when metric = 'shrink_cost' then amount end) as shrink_cost,
        max(case when metric = 'closing_stock_cost' then amount end) as closing_stock_cost
    from converted
    group by period_type, period_start_date, store_id, category
    having count(case when metric = 'closing_stock_cost' then 1 end) > 0

),

periods as (

    select
        *,
        case period_type
            when 'day' then period_start_date
            when 'week' then {{ add_days('period_start_date', 6) }}
            when 'month' then {{ add_days(add_months('period_start_date', 1), -1) }}
            when 'quarter' then {{ add_days(add_months('period_start_date', 3), -1) }}
            when 'year' then {{ add_days(add_months('period_start_date', 12), -1) }}
        end as period_end_date
    from plans

),

costed as (

    select
        *,
        {{ cost_of_sales }} as cost_of_sales,
        case
            when markdowns = 0 then {{ cost_of_sales }}
            else {{ money_from_double('net_sales * ' ~ safe_divide(cost_of_sales, 'net_sales + markdowns')) }}
        end as sales_cost
    from periods

)

select
    {{ surrogate_key(['costed.period_type', 'costed.period_start_date', 'costed.store_id', 'costed.category']) }}
        as open_to_buy_key,
    costed.period_type,
    costed.period_start_date,
    costed.period_end_date,
    costed.store_id,
    costed.category,
    costed.net_sales as planned_net_sales_reporting,
    costed.gross_profit as planned_gross_profit_reporting,
    costed.markdowns as planned_markdowns_reporting,
    {{ money('costed.sales_cost') }} as planned_sales_cost_reporting,
    {{ money('costed.cost_of_sales - costed.sales_cost') }} as planned_markdown_cost_reporting,
    costed.shrink_cost as planned_shrink_cost_reporting,
    costed.closing_stock_cost as planned_closing_stock_cost_reporting,
    previous_periods.closing_stock_cost as previous_planned_closing_stock_cost_reporting
from costed
left join costed as previous_periods
    on
        costed.period_type = previous_periods.period_type
        and costed.store_id = previous_periods.store_id
        and costed.category = previous_periods.category
        and previous_periods.period_end_date = {{ add_days('costed.period_start_date', -1) }}
