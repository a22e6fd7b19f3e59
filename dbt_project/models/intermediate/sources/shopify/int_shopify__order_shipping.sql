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

sales as (

    select * from {{ ref('stg_shopify__sales') }}

),

agreements as (

    select * from {{ ref('stg_shopify__sales_agreements') }}

),

-- Where prices contain tax, the lines' discounts do too, and only the sales tell them without.
discounts_by_order as (

    select
        sales.store_id,
        sales.order_id,
        sum(sales.discount_amount) as shipping_discount_amount
    from sales
    inner join agreements
        on
            sales.store_id = agreements.store_id
            and sales.agreement_id = agreements.agreement_id
    where
        sales.line_type = 'SHIPPING'
        and agreements.agreement_type in ('OrderAgreement', 'OrderEditAgreement')
    group by
        sales.store_id,
        sales.order_id

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
    {{ money('
        case
            when orders.taxes_included
                then coalesce(discounts_by_order.shipping_discount_amount, shipping_by_order.shipping_discount_amount)
            else shipping_by_order.shipping_discount_amount
        end
    ') }} as shipping_discount_amount,
    {{ money('coalesce(tax_by_order.shipping_tax_amount, 0)') }} as shipping_tax_amount
from shipping_by_order
inner join orders
    on
        shipping_by_order.store_id = orders.store_id
        and shipping_by_order.order_id = orders.order_id
left join discounts_by_order
    on
        shipping_by_order.store_id = discounts_by_order.store_id
        and shipping_by_order.order_id = discounts_by_order.order_id
left join tax_by_order
    on
        shipping_by_order.store_id = tax_by_order.store_id
        and shipping_by_order.order_id = tax_by_order.order_id
