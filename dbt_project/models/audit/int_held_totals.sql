{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with orders as (

    select * from {{ ref('fct_orders') }}

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

refunds as (

    select * from {{ ref('int_refunds') }}

),

ledger_totals as (

    select * from {{ ref('int_held_ledger_totals') }}

),

row_counts as (

    select * from {{ ref('int_held_row_counts') }}

),

lines_by_order as (

    select
        order_key,
        sum(line_net_amount) as line_net_amount
    from order_lines
    group by order_key

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
        coalesce(lines_by_order.line_net_amount, 0) + orders.shipping_amount + orders.tax_amount + orders.duty_amount
        + orders.fee_amount + orders.tip_amount as total_amount,
        case when not orders.is_test then orders.paid_amount end as received_amount,
        case when not orders.is_test then orders.refunded_amount end as refunded_amount
    from orders
    left join lines_by_order
        on orders.order_key = lines_by_order.order_key

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

)

{{ totals('held_of_orders', 'orders', ['number', 'total_amount', 'received_amount', 'refunded_amount']) }}

union all

{{ totals('held_of_refunds', 'refunds', ['refunded_amount']) }}

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
from ledger_totals

union all

select
    source,
    store_id,
    entity_type,
    cast(null as {{ dbt.type_string() }}) as entity_id,
    cast(null as {{ dbt.type_string() }}) as category,
    'number' as measure,
    cast(null as {{ dbt.type_string() }}) as currency,
    cast(null as date) as date,
    {{ money('number') }} as value
from row_counts
