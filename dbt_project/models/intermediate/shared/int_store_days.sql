with stores as (

    select * from {{ ref('int_stores') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

first_orders as (

    select
        store_id,
        min(order_date) as first_order_date
    from orders
    group by store_id

),

periods as (

    select
        stores.store_id,
        stores.currency,
        stores.has_unknown_returns,
        stores.last_complete_date,
        stores.last_known_date,
        coalesce(first_orders.first_order_date, stores.last_known_date) as first_date
    from stores
    left join first_orders
        on stores.store_id = first_orders.store_id

),

days as (

    {{ explode_dates('periods', 'first_date', 'last_known_date', 'date') }}

)

select
    days.store_id,
    days.date,
    days.date <= days.last_complete_date as is_complete_day,
    days.has_unknown_returns,
    days.currency,
    exchange_rates.rate_to_reporting,
    {{ reporting_currency() }} as reporting_currency
from days
left join exchange_rates
    on
        days.currency = exchange_rates.from_currency
        and days.date = exchange_rates.date
