with discounts as (

    select * from {{ ref('int_order_discounts') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

)

select
    {{ surrogate_key(['discounts.store_id', 'discounts.order_id', 'discounts.discount_number']) }}
        as order_discount_key,
    orders.order_key,
    discounts.store_id,
    discounts.order_id,
    orders.customer_key,
    orders.channel_id,
    orders.order_date,
    cast(discounts.discount_number as int) as discount_number,
    discounts.discount_type,
    discounts.discount_code,
    discounts.discount_name,
    discounts.discounted,
    cast(discounts.discount_rate as decimal(9, 6)) as discount_rate,
    {{ money('discounts.fixed_amount') }} as fixed_amount,
    discounts.fixed_amount_currency,
    cast(discounts.line_count as int) as line_count,
    {{ money('discounts.discount_amount') }} as discount_amount,
    orders.currency,
    {{ to_reporting('discounts.discount_amount', 'exchange_rates') }} as discount_amount_reporting,
    {{ reporting_currency() }} as reporting_currency,
    orders.is_sales_order
from discounts
inner join orders
    on
        discounts.store_id = orders.store_id
        and discounts.order_id = orders.order_id
left join exchange_rates
    on
        orders.currency = exchange_rates.from_currency
        and orders.order_date = exchange_rates.date
