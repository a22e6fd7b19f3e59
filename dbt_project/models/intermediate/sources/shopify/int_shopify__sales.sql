{#- Several models read it, and no engine plans what it is made of again for each. #}
{{ config(materialized='table') }}

with sales as (

    select * from {{ ref('stg_shopify__sales') }}

),

orders_without as (

    select * from {{ ref('int_shopify__orders_without_agreements') }}

),

order_lines as (

    select * from {{ ref('int_shopify__order_lines') }}

),

order_shipping as (

    select * from {{ ref('int_shopify__order_shipping') }}

),

refunds as (

    select * from {{ ref('int_shopify__refunds') }}

),

refund_lines as (

    select * from {{ ref('int_shopify__refund_lines') }}

),

lines_sold as (

    select
        order_lines.store_id,
        order_lines.order_id,
        {{ made_agreement_of('order', 'order_lines.order_id') }} as agreement_id,
        'line ' || order_lines.order_line_id as sale_id,
        'ORDER' as action_type,
        upper(order_lines.line_type) as line_type,
        order_lines.order_line_id,
        order_lines.quantity,
        order_lines.line_net_amount + order_lines.line_tax_amount as total_amount,
        order_lines.line_discount_amount as discount_amount,
        order_lines.line_tax_amount as tax_amount
    from order_lines
    inner join orders_without
        on
            order_lines.store_id = orders_without.store_id
            and order_lines.order_id = orders_without.order_id

),

-- A line of which nothing says what it is may be the tip: it is not charged twice.
orders_with_unknown_lines as (

    select distinct
        store_id,
        order_id
    from lines_sold
    where line_type = 'UNKNOWN'

),

charges as (

    select
        order_shipping.store_id,
        order_shipping.order_id,
        'SHIPPING' as line_type,
        order_shipping.shipping_amount + order_shipping.shipping_tax_amount as total_amount,
        order_shipping.shipping_discount_amount as discount_amount,
        order_shipping.shipping_tax_amount as tax_amount
    from order_shipping
    inner join orders_without
        on
            order_shipping.store_id = orders_without.store_id
            and order_shipping.order_id = orders_without.order_id

    union all

    select
        orders_without.store_id,
        orders_without.order_id,
        'TIP' as line_type,
        orders_without.tip_amount as total_amount,
        0 as discount_amount,
        0 as tax_amount
    from orders_without
    left join orders_with_unknown_lines
        on
            orders_without.store_id = orders_with_unknown_lines.store_id
            and orders_without.order_id = orders_with_unknown_lines.order_id
    where
        orders_without.tip_amount <> 0
        and orders_with_unknown_lines.order_id is null

),

lines_taken_back as (

    select
        refund_lines.store_id,
        refund_lines.order_id,
        {{ made_agreement_of('refund', 'refund_lines.refund_id') }} as agreement_id,
        'refund line ' || refund_lines.refund_id || ' ' || refund_lines.refund_line_id as sale_id,
        'RETURN' as action_type,
        lines_sold.line_type,
        refund_lines.order_line_id,
        -refund_lines.quantity as quantity,
        -(refund_lines.line_amount + refund_lines.tax_amount) as total_amount,
        0 as discount_amount,
        -refund_lines.tax_amount as tax_amount
    from refund_lines
    inner join lines_sold
        on
            refund_lines.store_id = lines_sold.store_id
            and refund_lines.order_line_id = lines_sold.order_line_id

),

charges_taken_back as (
{% for line_type, action_type, amount, tax in [
    ('SHIPPING', 'RETURN', 'shipping_amount', 'charges_tax_amount'),
    ('ADJUSTMENT', 'UPDATE', 'adjustment_amount', '0'),
] %}
    select
        refunds.store_id,
        refunds.order_id,
        {{ made_agreement_of('refund', 'refunds.refund_id') }} as agreement_id,
        '{{ line_type | lower }} ' || refunds.refund_id as sale_id,
        '{{ action_type }}' as action_type,
        '{{ line_type }}' as line_type,
        0 as quantity,
        -(refunds.{{ amount }} + {{ tax }}) as total_amount,
        -{{ tax }} as tax_amount
    from refunds
    inner join orders_without
        on
            refunds.store_id = orders_without.store_id
            and refunds.order_id = orders_without.order_id
    where refunds.{{ amount }} <> 0
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

)

select
    store_id,
    order_id,
    agreement_id,
    sale_id,
    action_type,
    line_type,
    order_line_id,
    quantity,
    total_amount,
    discount_amount,
    tax_amount
from sales

union all

select * from lines_sold

union all

select
    store_id,
    order_id,
    {{ made_agreement_of('order', 'order_id') }} as agreement_id,
    lower(line_type) || ' ' || order_id as sale_id,
    'ORDER' as action_type,
    line_type,
    cast(null as {{ dbt.type_string() }}) as order_line_id,
    1 as quantity,
    total_amount,
    discount_amount,
    tax_amount
from charges

union all

select * from lines_taken_back

union all

select
    store_id,
    order_id,
    agreement_id,
    sale_id,
    action_type,
    line_type,
    cast(null as {{ dbt.type_string() }}) as order_line_id,
    quantity,
    total_amount,
    0 as discount_amount,
    tax_amount
from charges_taken_back
