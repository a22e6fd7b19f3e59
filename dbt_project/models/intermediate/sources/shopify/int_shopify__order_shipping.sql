with orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

shipping_lines as (

    select * from {{ ref('stg_shopify__shipping_lines') }}

),

tax_lines as (

    select * from {{ ref('stg_shopify__tax_lines') }}

),

shipping_by_order as (

    select
        store_id,
        order_id,
        sum(discounted_amount) as shipping_amount,
        sum(original_amount - discounted_amount) as shipping_discount_amount
    from shipping_lines
    where not coalesce(is_removed, false)
    group by
        store_id,
        order_id

),

tax_by_order as (

    select
        store_id,
        order_id,
        sum(tax_amount) as shipping_tax_amount
    from tax_lines
    where parent_type = 'shipping_line'
    group by
        store_id,
        order_id

)

select
    shipping_by_order.store_id,
    shipping_by_order.order_id,
    {{ money('
        shipping_by_order.shipping_amount
        - case when orders.taxes_included then coalesce(tax_by_order.shipping_tax_amount, 0) else 0 end
    ') }} as shipping_amount,
    {{ money('shipping_by_order.shipping_discount_amount') }} as shipping_discount_amount,
    {{ money('coalesce(tax_by_order.shipping_tax_amount, 0)') }} as shipping_tax_amount
from shipping_by_order
inner join orders
    on
        shipping_by_order.store_id = orders.store_id
        and shipping_by_order.order_id = orders.order_id
left join tax_by_order
    on
        shipping_by_order.store_id = tax_by_order.store_id
        and shipping_by_order.order_id = tax_by_order.order_id
