{{ config(materialized='view') }}

with return_processing as (

    select * from {{ ref('stg_files__return_processing') }}

)

select
    store_id,
    return_id,
    order_line_id,
    received_local_at,
    inspected_local_at,
    condition,
    disposition,
    return_shipping_cost_amount,
    labour_cost_amount,
    disposal_cost_amount,
    currency
from return_processing
