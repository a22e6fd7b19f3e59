with spans as (

    select * from {{ ref('fct_inventory_spans') }}

),

places as (

    select * from {{ ref('dim_stock_place') }}

),

group_spans as (

    select * from {{ ref('metric_inventory_spans') }}

),

exchange_rates as (

    select * from {{ ref('fct_exchange_rates') }}

),

-- Of each span only what its days need: they are many.
valued as (

    select
        stock_group_key,
        from_date,
        to_date,
        is_complete_day,
        stock_value,
        currency,
        reporting_currency
    from group_spans

),

days as (

    {{ explode_dates('valued', 'from_date', 'to_date', 'date') }}

),

converted as (

    select
        days.stock_group_key,
        days.from_date,
        days.date,
        days.is_complete_day,
        days.currency,
        days.reporting_currency,
        days.stock_value,
        {{ to_reporting('days.stock_value') }} as stock_value_reporting
    from days
    left join exchange_rates as rates
        on
            days.currency = rates.from_currency
            and days.date = rates.date

),

stock as (

    select
        stock_group_key,
        from_date,
        date,
        currency,
        reporting_currency,
        stock_value,
        stock_value_reporting,
        sum(case when is_complete_day then stock_value_reporting end) over (
            partition by stock_group_key
            order by date nulls last
            rows between unbounded preceding and current row
        ) as stock_value_days_reporting_to_date
    from converted

),

-- Sales of a day without stock say nothing about demand: such days count neither as sales nor as days.
observed as (

    select
        places.stock_place_key,
        places.stock_group_key,
        spans.from_date,
        spans.to_date,
        spans.sale_quantity,
        spans.is_complete_day and spans.is_on_sale and not spans.is_stockout as is_observed
    from spans
    inner join places
        on
            spans.store_id = places.store_id
            and spans.location_id = places.location_id
            and spans.sku = places.sku

),

observed_to_end as (

    select
        stock_place_key,
        stock_group_key,
        from_date,
        to_date,
        is_observed,
        cast(sum(case when is_observed then sale_quantity else 0 end) over so_far as int) as observed_sales_to_date,
        cast(sum(
            case when is_observed then {{ days_between('from_date', 'to_date') }} + 1 else 0 end
        ) over so_far as int) as observed_days_to_end
    from observed
    window so_far as (
        partition by stock_place_key
        order by from_date nulls last
        rows between unbounded preceding and current row
    )

),

observed_days as (

    {{ explode_dates('observed_to_end', 'from_date', 'to_date', 'date') }}

),

observed_to_date as (

    select
        stock_place_key,
        stock_group_key,
        date,
        observed_sales_to_date,
        cast(
            observed_days_to_end - case when is_observed then {{ days_between('date', 'to_date') }} else 0 end as int
        ) as observed_days_to_date
    from observed_days

),

-- Rows are dense, so 30 rows back is 30 days back.
velocities as (

    select
        stock_group_key,
        date,
        {%- for window in [30, 90] %}
            {{ safe_divide(
                'observed_sales_to_date - coalesce(lag(observed_sales_to_date, ' ~ window ~ ') over place, 0)',
                'observed_days_to_date - coalesce(lag(observed_days_to_date, ' ~ window ~ ') over place, 0)'
            ) }} as velocity_{{ window }}d
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from observed_to_date
    window place as (partition by stock_place_key order by date nulls last)

),

demand as (

    select
        stock_group_key,
        date,
        cast(sum(cast(velocity_30d as decimal(28, 12))) as double) as daily_demand_30d,
        cast(sum(cast(velocity_90d as decimal(28, 12))) as double) as daily_demand_90d
    from velocities
    group by stock_group_key, date

)

select
    stock.stock_group_key,
    stock.date,
    stock.from_date,
    stock.stock_value_reporting,
    demand.daily_demand_30d,
    demand.daily_demand_90d,
    case
        when stock.stock_value is not null and stock.stock_value_reporting is null then null
        when stock.currency <> stock.reporting_currency
            then {{ money('coalesce(stock.stock_value_days_reporting_to_date, 0)') }}
    end as stock_value_days_reporting_to_date
from stock
inner join demand
    on
        stock.stock_group_key = demand.stock_group_key
        and stock.date = demand.date
{{ in_order(['stock_group_key', 'date']) }}
