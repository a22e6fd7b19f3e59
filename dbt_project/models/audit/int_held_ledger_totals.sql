{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with ledger as (

    select * from {{ ref('fct_sales_ledger') }}

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
    where is_charged
    group by
        source,
        store_id,
        order_id,
        currency,
        order_date

),

-- Goods and gift cards of every order, tests too; the ledger's flags are of sales of goods alone.
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

)

{{ totals('sold_by_order', 'orders', ['ledger_sold_amount']) }}

union all

{{ totals('taken_back_by_order', 'orders', ['ledger_taken_back_amount']) }}

union all

{{ totals('entries_by_kind', 'ledger_entries', ['number', 'quantity', 'source_amount', 'exact_duplicate_number']) }}
