select
    receipt_id,
    purchase_order_id,
    cast(line_number as int) as line_number,
    received_at as received_local_at,
    cast(received_quantity as int) as received_quantity,
    cast(coalesce(rejected_quantity, 0) as int) as rejected_quantity
from {{ source('files', 'purchase_order_receipts') }}
