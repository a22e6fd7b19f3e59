{{ config(materialized='view') }}

with return_lines as (

    select * from {{ ref('stg_shopify__return_lines') }}

)

select
    store_id,
    return_id,
    return_line_id,
    order_id,
    order_line_id,
    cast(null as {{ dbt.type_string() }}) as variant_id,
    cast(null as {{ dbt.type_string() }}) as sku,
    cast(null as boolean) as is_sales_line,
    'return' as return_source,
    quantity,
    coalesce(processed_quantity, 0) as processed_quantity,
    coalesce(refunded_quantity, 0) as refunded_quantity,
    coalesce(restocking_fee_amount, 0) as restocking_fee_amount,
    return_reason_handle as source_reason,
    cast(null as decimal(18, 4)) as refunded_line_amount,
    cast(null as decimal(18, 4)) as refunded_tax_amount,
    cast(null as {{ dbt.type_string() }}) as currency,
    cast(null as timestamp) as refunded_at,
    cast(null as date) as refunded_date
from return_lines
