{{ config(materialized='view') }}

with entries as (

    select * from {{ ref('int_files__order_entries') }}

)

-- A credit note is return and refund in one.
select
    store_id,
    order_id as return_id,
    order_line_id as return_line_id,
    coalesce(original_order_id, order_id) as order_id,
    cast(null as {{ dbt.type_string() }}) as order_line_id,
    sku as variant_id,
    sku,
    true as is_sales_line,
    'file' as return_source,
    -quantity as quantity,
    -quantity as processed_quantity,
    -quantity as refunded_quantity,
    cast(0 as decimal(18, 4)) as restocking_fee_amount,
    cast(null as {{ dbt.type_string() }}) as source_reason,
    -net_amount as refunded_line_amount,
    -tax_amount as refunded_tax_amount,
    currency,
    ordered_at as refunded_at,
    order_date as refunded_date
from entries
where
    entry_type = 'return'
    and line_type = 'product'
