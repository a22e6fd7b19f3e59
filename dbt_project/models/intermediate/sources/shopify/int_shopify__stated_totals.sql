{{ config(materialized='ephemeral') }}

with shops as (

    select * from {{ ref('stg_shopify__shops') }}

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

refunds as (

    select * from {{ ref('int_shopify__refunds') }}

),

refund_lines as (

    select * from {{ ref('int_shopify__refund_lines') }}

),

transactions as (

    select * from {{ ref('stg_shopify__transactions') }}

),

payouts as (

    select * from {{ ref('stg_shopify__payouts') }}

),

figures as (

    select * from {{ ref('int_shopify__stated_figures') }}

),

row_counts as (

    select * from {{ ref('int_shopify__row_counts') }}

),

stated_of_orders as (

    select
        'shopify' as source,
        orders.store_id,
        orders.order_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        orders.currency,
        {{ local_date('coalesce(orders.processed_at, orders.created_at)', 'shops.timezone') }} as date,
        1 as number,
        orders.total_amount,
        orders.total_amount as ledger_sold_amount,
        case when not orders.is_test then orders.received_amount end as received_amount,
        case when not orders.is_test then orders.refunded_amount end as refunded_amount
    from orders
    inner join shops
        on orders.store_id = shops.store_id

),

stated_of_refunds as (

    select
        'shopify' as source,
        refunds.store_id,
        refunds.refund_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        refunds.currency,
        {{ local_date('refunds.refunded_at', 'shops.timezone') }} as date,
        refunds.refunded_amount
    from refunds
    inner join shops
        on refunds.store_id = shops.store_id

),

-- Money that has not moved, or has moved back at the till: what an order or a refund differs by.
facts_of_orders as (

    select
        'shopify' as source,
        transactions.store_id,
        transactions.order_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        orders.currency,
        cast(null as date) as date,
        sum(case
            when
                transactions.transaction_kind = 'REFUND'
                and transactions.transaction_status in ('PENDING', 'AWAITING_RESPONSE')
                then transactions.amount
        end) as pending_refund_amount,
        sum(case
            when
                transactions.transaction_kind = 'REFUND'
                and transactions.transaction_status in ('FAILURE', 'ERROR')
                then transactions.amount
        end) as failed_refund_amount,
        sum(case
            when
                transactions.transaction_kind = 'CHANGE'
                and transactions.transaction_status = 'SUCCESS'
                then transactions.amount
        end) as change_amount
    from transactions
    inner join orders
        on
            transactions.store_id = orders.store_id
            and transactions.order_id = orders.order_id
    where transactions.transaction_kind in ('REFUND', 'CHANGE')
    group by
        transactions.store_id,
        transactions.order_id,
        orders.currency

),

stated_of_refund_lines as (

    select
        'shopify' as source,
        refund_lines.store_id,
        refund_lines.order_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        refund_lines.currency,
        {{ local_date('refund_lines.refunded_at', 'shops.timezone') }} as date,
        -refund_lines.line_amount as ledger_taken_back_amount
    from refund_lines
    inner join shops
        on refund_lines.store_id = shops.store_id
    -- The ledger has them as an edit.
    where refund_lines.is_edited_off is not true

),

stated_of_payouts as (

    select
        'shopify' as source,
        payouts.store_id,
        payouts.payout_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        payouts.currency,
        {{ local_date('payouts.issued_at', 'shops.timezone') }} as date,
        payouts.net_amount
    from payouts
    inner join shops
        on payouts.store_id = shops.store_id

)

{{ totals('stated_of_orders', 'orders', [
    'number', 'total_amount', 'received_amount', 'refunded_amount', 'ledger_sold_amount'
]) }}

union all

{{ totals('facts_of_orders', 'orders', ['pending_refund_amount', 'failed_refund_amount', 'change_amount']) }}

union all

{{ totals('stated_of_refund_lines', 'orders', ['ledger_taken_back_amount']) }}

union all

{{ totals('stated_of_refunds', 'refunds', ['refunded_amount']) }}

union all

{{ totals('stated_of_payouts', 'payouts', ['net_amount']) }}

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
from figures

union all

select
    'shopify' as source,
    store_id,
    entity_type,
    cast(null as {{ dbt.type_string() }}) as entity_id,
    cast(null as {{ dbt.type_string() }}) as category,
    'number' as measure,
    cast(null as {{ dbt.type_string() }}) as currency,
    cast(null as date) as date,
    {{ money('number') }} as value
from row_counts
