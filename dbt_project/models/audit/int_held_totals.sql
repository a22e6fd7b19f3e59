{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with stores as (

    select * from {{ ref('int_stores') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

refunds as (

    select * from {{ ref('int_refunds') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

return_lines as (

    select * from {{ ref('fct_return_lines') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

lines_by_order as (

    select
        order_key,
        count(*) as number,
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

sold_by_order as (

    select
        source,
        store_id,
        order_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        currency,
        order_date as date,
        sum(source_amount) as ledger_sold_amount
    from ledger
    where
        base_entry_type in ('sale', 'exchange')
        or (base_entry_type = 'edit' and quantity * (case when entry_type = 'correction' then -1 else 1 end) > 0)
    group by
        source,
        store_id,
        order_id,
        currency,
        order_date

),

taken_back_by_order as (

    select
        source,
        store_id,
        order_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        currency,
        event_date as date,
        sum(amount) as ledger_taken_back_amount
    from ledger
    where
        base_entry_type in ('return', 'cancellation')
        and line_type in ('product', 'gift_card')
    group by
        source,
        store_id,
        order_id,
        currency,
        event_date

),

entries_by_kind as (

    select
        source,
        store_id,
        cast(null as {{ dbt.type_string() }}) as entity_id,
        base_entry_type || ' ' || line_type as category,
        currency,
        event_date as date,
        -- The cancelled part of a sale is an entry beside the sale's own.
        sum(case
            when {{ is_cancelled_part('source_entry_id') }} then 0
            when entry_type = 'correction' then -1
            else 1
        end) as number,
        sum(quantity) as quantity,
        sum(source_amount) as source_amount,
        sum(case when not is_exact_duplicate then 0 when entry_type = 'correction' then -1 else 1 end)
            as exact_duplicate_number
    from ledger
    group by
        source,
        store_id,
        base_entry_type || ' ' || line_type,
        currency,
        event_date

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

counted as (

    select
        orders.platform as source,
        orders.store_id,
        'order_lines' as entity_type,
        sum(lines_by_order.number) as value
    from lines_by_order
    inner join orders
        on lines_by_order.order_key = orders.order_key
    group by
        orders.platform,
        orders.store_id

    union all

    -- Customers whom only orders tell of are no accounts.
    select
        stores.platform as source,
        customers.store_id,
        'customers' as entity_type,
        count(*) as value
    from customers
    inner join stores
        on customers.store_id = stores.store_id
    where customers.account_created_at is not null
    group by
        stores.platform,
        customers.store_id

    union all

    -- Goods handed back with a refund alone are a return to us and none to the source.
    select
        orders.platform as source,
        return_lines.store_id,
        'return_lines' as entity_type,
        count(*) as value
    from return_lines
    inner join orders
        on return_lines.order_key = orders.order_key
    where return_lines.return_source = 'return'
    group by
        orders.platform,
        return_lines.store_id

    union all

    select
        orders.platform as source,
        touchpoints.store_id,
        'touchpoints' as entity_type,
        count(*) as value
    from touchpoints
    inner join orders
        on touchpoints.order_key = orders.order_key
    group by
        orders.platform,
        touchpoints.store_id

)

{{ totals('held_of_orders', 'orders', ['number', 'total_amount', 'received_amount', 'refunded_amount']) }}

union all

{{ totals('sold_by_order', 'orders', ['ledger_sold_amount']) }}

union all

{{ totals('taken_back_by_order', 'orders', ['ledger_taken_back_amount']) }}

union all

{{ totals('entries_by_kind', 'ledger_entries', ['number', 'quantity', 'source_amount', 'exact_duplicate_number']) }}

union all

{{ totals('held_of_refunds', 'refunds', ['refunded_amount']) }}

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
    {{ money('value') }} as value
from counted
