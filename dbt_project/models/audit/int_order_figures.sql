{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with orders as (

    select * from {{ ref('int_orders') }}

),

amounts as (

    select * from {{ ref('int_order_amounts') }}

),

ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

coins as (

    select * from {{ ref('currency_coins') }}

),

charged_by_order as (

    select
        order_key,
        sum(case when is_sold then amount else 0 end) as sold_amount,
        sum(case when is_sold then discount_amount else 0 end) as discounts_amount,
        sum(case when is_charged then tax_amount else 0 end) as tax_amount,
        sum(case when is_charged and line_type = 'shipping' then amount else 0 end) as shipping_amount,
        sum(case when is_charged and line_type = 'tip' then amount else 0 end) as tips_amount,
        max(case when base_entry_type in ('edit', 'exchange') then 1 else 0 end) = 1 as has_edit
    from ledger
    group by order_key

),

joined as (

    select
        orders.platform as source,
        orders.store_id,
        orders.order_date as date,
        orders.currency,
        orders.is_test,
        orders.is_edited or coalesce(charged_by_order.has_edit, false) as has_edit,
        amounts.line_count * coalesce(coins.smallest_amount, 0.01) as rounding_limit,
        amounts.line_subtotal_amount as sold_held,
        amounts.gift_card_sales_amount as sold_gift_cards,
        amounts.line_subtotal_amount - amounts.line_net_amount as sold_no_goods,
        coalesce(charged_by_order.sold_amount, 0) as sold_charged,
        amounts.line_discount_amount as discounts_held,
        amounts.gift_card_discount_amount as discounts_gift_cards,
        amounts.line_discount_amount - amounts.discount_amount - amounts.gift_card_discount_amount
            as discounts_no_goods,
        coalesce(charged_by_order.discounts_amount, 0) as discounts_charged,
        amounts.tax_amount as tax_held,
        coalesce(charged_by_order.tax_amount, 0) as tax_charged,
        amounts.shipping_amount as shipping_held,
        coalesce(charged_by_order.shipping_amount, 0) as shipping_charged,
        orders.tip_amount as tips_held,
        coalesce(charged_by_order.tips_amount, 0) as tips_charged,
        amounts.paid_amount as payments_held,
        amounts.refunded_amount as refunds_held
    from orders
    inner join amounts
        on orders.order_key = amounts.order_key
    left join charged_by_order
        on orders.order_key = charged_by_order.order_key
    left join coins
        on orders.currency = coins.currency

)

{% for figure in ['sold', 'discounts', 'tax', 'shipping', 'tips', 'payments', 'refunds'] %}
select
    source,
    store_id,
    date,
    currency,
    is_test,
    has_edit,
    rounding_limit,
    '{{ figure }}' as figure,
    {{ figure }}_held as held,
    {% if figure in ['sold', 'discounts'] -%}
    case when is_test then 0 else {{ figure }}_gift_cards end as gift_cards,
    case when is_test then 0 else {{ figure }}_no_goods end as no_goods,
    {%- else -%}
    0 as gift_cards,
    0 as no_goods,
    {%- endif %}
    {% if figure in ['payments', 'refunds'] -%}
    {{ figure }}_held as charged
    {%- else -%}
    case when is_test then 0 else {{ figure }}_charged end as charged
    {%- endif %}
from joined
{%- if not loop.last %}

union all
{% endif %}
{% endfor %}
