with sales as (

    select * from {{ ref('metric_sales_placed_daily') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

stores as (

    select * from {{ ref('dim_store') }}

),

returned_orders as (

    select
        store_id,
        channel_id,
        order_date,
        currency,
        count(*) as returned_order_count
    from orders
    where
        is_sales_order
        and returned_quantity > 0
    group by
        store_id,
        channel_id,
        order_date,
        currency

),

-- Sold is what was left after cancellations: what was never sent cannot come back.
measured as (

    select
        sales.store_id,
        sales.channel_id,
        sales.order_date,
        sales.currency,
        sales.reporting_currency,
        sales.order_count,
        {{ known_returns('coalesce(returned_orders.returned_order_count, 0)', 'stores.has_unknown_returns') }}
            as returned_order_count,
        sales.units_sold - sales.units_cancelled as units_sold,
        sales.units_returned,
        sales.net_sales_amount + coalesce(sales.returned_amount, 0) - sales.adjustment_amount as sold_amount,
        sales.returned_amount,
        sales.net_sales_amount_reporting + coalesce(sales.returned_amount_reporting, 0)
        - sales.adjustment_amount_reporting as sold_amount_reporting,
        sales.returned_amount_reporting,
        {{ add_days('sales.order_date', var('return_window_days') + var('return_settlement_days')) }}
        <= stores.last_complete_date as is_mature,
        sales.is_complete_day
    from sales
    inner join stores
        on sales.store_id = stores.store_id
    left join returned_orders
        on
            sales.store_id = returned_orders.store_id
            and sales.channel_id = returned_orders.channel_id
            and sales.order_date = returned_orders.order_date
            and sales.currency = returned_orders.currency

)

select
    store_id,
    channel_id,
    order_date,
    currency,
    reporting_currency,
    order_count,
    cast(returned_order_count as bigint) as returned_order_count,
    cast(units_sold as decimal(18, 4)) as units_sold,
    units_returned,
    {{ money('sold_amount') }} as sold_amount,
    returned_amount,
    {{ money('sold_amount_reporting') }} as sold_amount_reporting,
    returned_amount_reporting,
    {{ ratio('returned_order_count', 'order_count', 'orders') }} as order_return_rate,
    {{ ratio('units_returned', 'units_sold', 'units') }} as unit_return_rate,
    {{ ratio('returned_amount', 'sold_amount', 'amount') }} as value_return_rate,
    is_mature,
    is_complete_day
from measured
