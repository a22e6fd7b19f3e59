with file_orders as (

    select * from {{ ref('stg_files__orders') }}

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

file_ledger as (

    select
        *,
        substring(cast(event_date as {{ dbt.type_string() }}), 1, 7) as period
    from ledger
    where source = 'files'

),

file_rows as (

    select
        *,
        substring(cast(cast(ordered_at as date) as {{ dbt.type_string() }}), 1, 7) as period
    from file_orders

),

documents as (

    select
        store_id,
        order_id
    from file_orders
    group by
        store_id,
        order_id

),

sides as (

    select
        store_id,
        'ledger: sum of quantity x unit price' as check_name,
        period,
        sum(quantity * unit_price_amount) as expected,
        0 as actual
    from file_rows
    group by store_id, period

    union all

    select
        store_id,
        'ledger: sum of quantity x unit price' as check_name,
        period,
        0 as expected,
        sum(source_amount) as actual
    from file_ledger
    group by store_id, period

    union all

    select
        store_id,
        'ledger: units' as check_name,
        period,
        sum(quantity) as expected,
        0 as actual
    from file_rows
    group by store_id, period

    union all

    select
        store_id,
        'ledger: units' as check_name,
        period,
        0 as expected,
        sum(quantity) as actual
    from file_ledger
    group by store_id, period

    union all

    select
        store_id,
        'rows: ledger entries' as check_name,
        period,
        count(*) as expected,
        0 as actual
    from file_rows
    group by store_id, period

    union all

    select
        store_id,
        'rows: ledger entries' as check_name,
        period,
        0 as expected,
        sum(case when entry_type = 'correction' then -1 else 1 end) as actual
    from file_ledger
    group by store_id, period

    union all

    select
        store_id,
        'rows: product and gift card lines sold' as check_name,
        'all' as period,
        count(*) as expected,
        0 as actual
    from file_orders
    where
        entry_type = 'sale'
        and line_type in ('product', 'gift_card')
    group by store_id

    union all

    select
        order_lines.store_id,
        'rows: product and gift card lines sold' as check_name,
        'all' as period,
        0 as expected,
        count(*) as actual
    from order_lines
    inner join orders
        on order_lines.order_key = orders.order_key
    where orders.platform = 'files'
    group by order_lines.store_id

    union all

    select
        store_id,
        'rows: documents' as check_name,
        'all' as period,
        count(*) as expected,
        0 as actual
    from documents
    group by store_id

    union all

    select
        store_id,
        'rows: documents' as check_name,
        'all' as period,
        0 as expected,
        count(*) as actual
    from orders
    where platform = 'files'
    group by store_id

),

compared as (

    select
        store_id,
        check_name,
        period,
        {{ money('sum(expected)') }} as expected,
        {{ money('sum(actual)') }} as actual
    from sides
    group by
        store_id,
        check_name,
        period

)

select
    'files' as source,
    store_id,
    check_name,
    period,
    expected,
    actual,
    {{ money('actual - expected') }} as difference,
    actual = expected as is_ok
from compared
