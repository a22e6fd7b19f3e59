{{ config(materialized='ephemeral') }}

with orders as (

    select * from {{ ref('int_files__counted_orders') }}

),

entries as (

    select * from {{ ref('int_files__order_entries') }}

),

documents as (

    select
        'files' as source,
        store_id,
        order_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        cast(null as {{ dbt.type_string() }}) as currency,
        cast(null as date) as date,
        1 as number
    from orders
    group by
        store_id,
        order_id

),

lines_sold as (

    select
        'files' as source,
        store_id,
        cast(null as {{ dbt.type_string() }}) as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        cast(null as {{ dbt.type_string() }}) as currency,
        cast(null as date) as date,
        count(*) as number
    from orders
    where
        entry_type = 'sale'
        and line_type in ('product', 'gift_card')
    group by store_id

),

-- Every row of the template is one entry of the ledger.
rows_by_kind as (

    select
        'files' as source,
        store_id,
        cast(null as {{ dbt.type_string() }}) as entity_id,
        entry_type || ' ' || line_type as category,
        currency,
        cast(ordered_at as date) as date,
        count(*) as number,
        sum(quantity) as quantity,
        sum(coalesce(line_total_amount, {{ money(times('quantity', 'unit_price_amount')) }})) as source_amount
    from orders
    group by
        store_id,
        entry_type || ' ' || line_type,
        currency,
        cast(ordered_at as date)

),

copies_by_kind as (

    select
        'files' as source,
        store_id,
        cast(null as {{ dbt.type_string() }}) as entity_id,
        entry_type || ' ' || line_type as category,
        currency,
        order_date as date,
        sum(case when is_exact_duplicate then 1 else 0 end) as exact_duplicate_number
    from entries
    group by
        store_id,
        entry_type || ' ' || line_type,
        currency,
        order_date

)

{{ totals('documents', 'orders', ['number']) }}

union all

{{ totals('lines_sold', 'order_lines', ['number']) }}

union all

{{ totals('rows_by_kind', 'ledger_entries', ['number', 'quantity', 'source_amount']) }}

union all

{{ totals('copies_by_kind', 'ledger_entries', ['exact_duplicate_number']) }}
