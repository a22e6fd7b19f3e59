with file_orders as (

    select * from {{ ref('stg_files__orders') }}

),

ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

sides as (

    select
        store_id,
        substring(cast(cast(ordered_at as date) as {{ dbt.type_string() }}), 1, 7) as period,
        entry_type,
        line_type,
        count(*) as file_rows,
        sum(quantity) as file_quantity,
        sum(quantity * unit_price_amount) as file_amount,
        0 as ledger_entries,
        0 as ledger_quantity,
        0 as ledger_amount,
        0 as exact_duplicate_rows
    from file_orders
    group by
        store_id,
        substring(cast(cast(ordered_at as date) as {{ dbt.type_string() }}), 1, 7),
        entry_type,
        line_type

    union all

    select
        store_id,
        substring(cast(event_date as {{ dbt.type_string() }}), 1, 7) as period,
        base_entry_type as entry_type,
        line_type,
        0 as file_rows,
        0 as file_quantity,
        0 as file_amount,
        sum(case when entry_type = 'correction' then -1 else 1 end) as ledger_entries,
        sum(quantity) as ledger_quantity,
        sum(source_amount) as ledger_amount,
        sum(case when not is_exact_duplicate then 0 when entry_type = 'correction' then -1 else 1 end)
            as exact_duplicate_rows
    from ledger
    where source = 'files'
    group by
        store_id,
        substring(cast(event_date as {{ dbt.type_string() }}), 1, 7),
        base_entry_type,
        line_type

),

compared as (

    select
        store_id,
        period,
        entry_type,
        line_type,
        sum(file_rows) as file_rows,
        sum(file_quantity) as file_quantity,
        sum(file_amount) as file_amount,
        sum(ledger_entries) as ledger_entries,
        sum(ledger_quantity) as ledger_quantity,
        sum(ledger_amount) as ledger_amount,
        sum(exact_duplicate_rows) as exact_duplicate_rows
    from sides
    group by
        store_id,
        period,
        entry_type,
        line_type

)

select
    store_id,
    period,
    entry_type,
    line_type,
    cast(file_rows as bigint) as file_rows,
    cast(file_quantity as bigint) as file_quantity,
    {{ money('file_amount') }} as file_amount,
    cast(ledger_entries as bigint) as ledger_entries,
    cast(ledger_quantity as bigint) as ledger_quantity,
    {{ money('ledger_amount') }} as ledger_amount,
    {{ money('ledger_amount - file_amount') }} as difference,
    cast(exact_duplicate_rows as bigint) as exact_duplicate_rows,
    file_rows = ledger_entries
    and file_quantity = ledger_quantity
    and file_amount = ledger_amount as is_ok
from compared
