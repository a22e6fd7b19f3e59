{{ config(materialized='view') }}

with entries as (

    select * from {{ ref('int_files__order_entries') }}

)

select
    'files' as source,
    store_id,
    order_line_id as source_entry_id,
    cast(null as {{ dbt.type_string() }}) as sale_id,
    order_id as document_id,
    original_order_id,
    case when entry_type = 'sale' then order_line_id end as order_line_id,
    case when line_type in ('product', 'gift_card') then sku end as variant_id,
    sku,
    entry_type,
    line_type,
    ordered_at as event_at,
    order_date as event_date,
    quantity,
    source_amount,
    gross_amount,
    discount_amount,
    net_amount as amount,
    tax_amount,
    currency,
    is_exact_duplicate
from entries
