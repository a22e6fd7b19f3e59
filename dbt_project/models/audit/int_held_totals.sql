{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with orders as (

    select * from {{ ref('int_orders') }}

),

amounts as (

    select * from {{ ref('int_order_amounts') }}

),

refunds as (

    select * from {{ ref('int_refunds') }}

),

payouts as (

    select * from {{ ref('fct_payouts') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

ledger_totals as (

    select * from {{ ref('int_held_ledger_totals') }}

),

ad_totals as (

    select * from {{ ref('int_held_ad_totals') }}

),

stock_figures as (

    select * from {{ ref('int_stock_figures') }}

),

held_of_stock as (

    select
        source,
        store_id,
        entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        cast(null as {{ dbt.type_string() }}) as currency,
        date,
        closing_quantity - moved_after_quantity as on_hand_quantity
    from stock_figures

),

held_of_orders as (

    select
        orders.platform as source,
        orders.store_id,
        orders.order_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        orders.currency,
        orders.order_date as date,
        1 as number,
        amounts.line_net_amount + amounts.shipping_amount + amounts.tax_amount + amounts.duty_amount
        + amounts.fee_amount + amounts.unknown_amount + orders.tip_amount as total_amount,
        amounts.line_subtotal_amount as subtotal_amount,
        amounts.line_discount_amount as discount_amount,
        amounts.tax_amount,
        amounts.shipping_amount,
        orders.tip_amount,
        case when not orders.is_test then amounts.paid_amount end as received_amount,
        case when not orders.is_test then amounts.refunded_amount end as refunded_amount
    from orders
    inner join amounts
        on orders.order_key = amounts.order_key

),

held_of_refunds as (

    select
        orders.platform as source,
        refunds.store_id,
        refunds.refund_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        refunds.currency,
        refunds.refunded_date as date,
        refunds.line_amount + refunds.shipping_amount + refunds.duty_amount + refunds.fee_amount + refunds.tax_amount
        + refunds.adjustment_amount as refunded_amount
    from refunds
    inner join orders
        on
            refunds.store_id = orders.store_id
            and refunds.order_id = orders.order_id

),

held_of_payouts as (

    select
        stores.platform as source,
        payouts.store_id,
        payouts.payout_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        payouts.currency,
        payouts.issued_date as date,
        payouts.transaction_net_amount as net_amount
    from payouts
    inner join stores
        on payouts.store_id = stores.store_id

)

{{ totals('held_of_orders', 'orders', [
    'number', 'total_amount', 'subtotal_amount', 'discount_amount', 'tax_amount', 'shipping_amount', 'tip_amount',
    'received_amount', 'refunded_amount'
]) }}

union all

{{ totals('held_of_refunds', 'refunds', ['refunded_amount']) }}

union all

{{ totals('held_of_payouts', 'payouts', ['net_amount']) }}

union all

{{ totals('held_of_stock', 'stock_levels', ['on_hand_quantity']) }}
{%- for relation in ['ledger_totals', 'ad_totals'] %}

union all

select
    source,
    store_id,
    entity_type,
    entity_id,
    category,
    measure,
    currency,
    date,
    value
from {{ relation }}
{%- endfor %}
