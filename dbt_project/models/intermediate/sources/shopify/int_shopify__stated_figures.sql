{{ config(materialized='ephemeral') }}

with shops as (

    select * from {{ ref('stg_shopify__shops') }}

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

discount_allocations as (

    select * from {{ ref('stg_shopify__discount_allocations') }}

),

shipping_lines as (

    select * from {{ ref('stg_shopify__shipping_lines') }}

),

order_lines as (

    select * from {{ ref('int_shopify__order_lines') }}

),

order_shipping as (

    select * from {{ ref('int_shopify__order_shipping') }}

),

allocations_by_order as (

    select
        store_id,
        order_id,
        sum(allocated_amount) as allocated_amount
    from discount_allocations
    group by
        store_id,
        order_id

),

shipping_discounts_by_order as (

    select
        store_id,
        order_id,
        sum(original_amount - discounted_amount) as discount_amount
    from shipping_lines
    group by
        store_id,
        order_id

),

lines_by_order as (

    select
        store_id,
        order_id,
        sum(line_discount_amount) as discount_amount,
        sum(line_tax_amount) as tax_amount
    from order_lines
    group by
        store_id,
        order_id

),

stated as (

    select
        'shopify' as source,
        orders.store_id,
        orders.order_id as entity_id,
        orders.currency,
        {{ local_date('coalesce(orders.processed_at, orders.created_at)', 'shops.timezone') }} as date,
        coalesce(orders.taxes_included, false) as taxes_included,
        orders.subtotal_amount,
        orders.discount_amount,
        orders.tax_amount,
        orders.shipping_amount,
        orders.tip_amount,
        coalesce(allocations_by_order.allocated_amount, 0) as allocated_amount,
        coalesce(shipping_discounts_by_order.discount_amount, 0) as shipping_discount_amount,
        coalesce(lines_by_order.discount_amount, 0) as line_discount_amount,
        coalesce(lines_by_order.tax_amount, 0) as line_tax_amount,
        coalesce(order_shipping.shipping_tax_amount, 0) as shipping_tax_amount
    from orders
    inner join shops
        on orders.store_id = shops.store_id
    left join allocations_by_order
        on
            orders.store_id = allocations_by_order.store_id
            and orders.order_id = allocations_by_order.order_id
    left join shipping_discounts_by_order
        on
            orders.store_id = shipping_discounts_by_order.store_id
            and orders.order_id = shipping_discounts_by_order.order_id
    left join lines_by_order
        on
            orders.store_id = lines_by_order.store_id
            and orders.order_id = lines_by_order.order_id
    left join order_shipping
        on
            orders.store_id = order_shipping.store_id
            and orders.order_id = order_shipping.order_id

),

totals_of_orders as (

    select
        *,
        cast(null as {{ dbt.type_string() }}) as category
    from stated

),

-- Where prices contain tax, Shopify's totals do too, and ours never.
tax_of_orders as (

    select
        source,
        store_id,
        entity_id,
        'tax_in_prices' as category,
        currency,
        date,
        -line_tax_amount as subtotal_amount,
        line_discount_amount - allocated_amount as discount_amount,
        -shipping_tax_amount as shipping_amount
    from stated
    where taxes_included

),

-- Shops differ in whether an order's discount has its shipping's in it: what fits counts.
shipping_discounts_of_orders as (

    select
        source,
        store_id,
        entity_id,
        'shipping_discounts' as category,
        currency,
        date,
        -shipping_discount_amount as discount_amount
    from stated
    where
        shipping_discount_amount <> 0
        and discount_amount = allocated_amount + shipping_discount_amount

)

{{ totals('totals_of_orders', 'orders', [
    'subtotal_amount', 'discount_amount', 'tax_amount', 'shipping_amount', 'tip_amount'
]) }}

union all

{{ totals('tax_of_orders', 'orders', ['subtotal_amount', 'discount_amount', 'shipping_amount']) }}

union all

{{ totals('shipping_discounts_of_orders', 'orders', ['discount_amount']) }}
