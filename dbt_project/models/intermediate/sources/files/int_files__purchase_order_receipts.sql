with purchase_order_receipts as (

    select * from {{ ref('stg_files__purchase_order_receipts') }}

)

select
    receipt_id,
    purchase_order_id,
    line_number,
    received_local_at,
    received_quantity,
    rejected_quantity
from purchase_order_receipts
