{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

order_lines as (

    select * from {{ ref('stg_shopify__order_lines') }}

),

discount_allocations as (

    select * from {{ ref('stg_shopify__discount_allocations') }}

),

tax_lines as (

    select * from {{ ref('stg_shopify__tax_lines') }}

),

sales as (

    select * from {{ ref('stg_shopify__sales') }}

),

-- Children first come to the line's grain: a line has as many allocations as discounts, and a row per tax.
discounts_by_line as (

    select
        store_id,
        order_line_id,
        sum(allocated_amount) as allocated_amount
    from discount_allocations
    group by
        store_id,
        order_line_id

),

taxes_by_line as (

    select
        store_id,
        parent_id as order_line_id,
        sum(tax_amount) as tax_amount,
        sum(tax_rate) as tax_rate
    from tax_lines
    where parent_type = 'order_line'
    group by
        store_id,
        parent_id

),

-- Tips, gift cards and charges of apps come as lines too: what a line is, the sale says that names it.
sales_by_line as (

    select
        store_id,
        order_line_id,
        max(line_type) as sale_type,
        sum(discount_amount) as discount_amount
    from sales
    where
        action_type <> 'RETURN'
        and order_line_id is not null
    group by
        store_id,
        order_line_id

),

stated as (

    select
        order_lines.*,
        sales_by_line.sale_type,
        sales_by_line.discount_amount as discount_before_tax_amount,
        order_lines.line_original_amount as original_amount,
        coalesce(orders.taxes_included, false) as taxes_included,
        coalesce(taxes_by_line.tax_amount, 0) as tax_amount,
        taxes_by_line.tax_rate,
        order_lines.line_original_amount - coalesce(discounts_by_line.allocated_amount, 0) as discounted_amount
    from order_lines
    left join orders
        on
            order_lines.store_id = orders.store_id
            and order_lines.order_id = orders.order_id
    left join discounts_by_line
        on
            order_lines.store_id = discounts_by_line.store_id
            and order_lines.order_line_id = discounts_by_line.order_line_id
    left join taxes_by_line
        on
            order_lines.store_id = taxes_by_line.store_id
            and order_lines.order_line_id = taxes_by_line.order_line_id
    left join sales_by_line
        on
            order_lines.store_id = sales_by_line.store_id
            and order_lines.order_line_id = sales_by_line.order_line_id

),

net_of_tax as (

    select
        *,
        case when taxes_included then discounted_amount - tax_amount else discounted_amount end as net_amount
    from stated

),

-- Tax was charged on what was left after discounts: the same share of tax is taken out of the price before them.
-- Where nothing was left, the rate tells it, and where there is none, because nothing was taxed, the line's sale does.
gross_of_discounts as (

    select
        *,
        case
            when not taxes_included then original_amount
            when discounted_amount <> 0 then original_amount * cast(net_amount as double) / nullif(discounted_amount, 0)
            when tax_rate is not null then original_amount / nullif(1 + tax_rate, 0)
            else coalesce(net_amount + discount_before_tax_amount, original_amount)
        end as gross_amount
    from net_of_tax

)

select
    store_id,
    order_id,
    order_line_id,
    position + 1 as line_number,
    product_id,
    variant_id,
    nullif(trim(sku), '') as sku,
    product_title,
    variant_title,
    vendor as brand,
    case
        when sale_type is not null then {{ shopify_line_type('sale_type') }}
        when is_gift_card then 'gift_card'
        when coalesce(product_id, variant_id) is not null then 'product'
        else 'unknown'
    end as line_type,
    requires_shipping,
    bundle_id,
    bundle_title,
    bundle_sku,
    bundle_quantity,
    selling_plan_name,
    quantity,
    current_quantity,
    unit_price_amount,
    {{ money('gross_amount') }} as line_gross_amount,
    {{ money(money('gross_amount') ~ ' - net_amount') }} as line_discount_amount,
    {{ money('net_amount') }} as line_net_amount,
    {{ money('tax_amount') }} as line_tax_amount,
    false as is_exact_duplicate
from gross_of_discounts
