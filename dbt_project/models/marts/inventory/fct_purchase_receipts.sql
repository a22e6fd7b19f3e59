with receipts as (

    select * from {{ ref('int_purchase_receipts') }}

),

products as (

    select * from {{ ref('int_products') }}

)

select
    {{ surrogate_key(['receipts.receipt_id', 'receipts.purchase_order_id', 'receipts.line_number']) }}
        as purchase_receipt_key,
    receipts.receipt_id,
    receipts.purchase_order_id,
    receipts.line_number,
    {{ purchase_order_line_key('receipts.purchase_order_id', 'receipts.line_number') }} as purchase_order_line_key,
    receipts.store_id,
    receipts.location_id,
    receipts.sku,
    products.product_key,
    receipts.received_at,
    receipts.received_date,
    receipts.received_quantity,
    receipts.rejected_quantity,
    receipts.accepted_quantity,
    receipts.unit_cost,
    receipts.landed_cost_amount,
    receipts.received_value,
    receipts.currency,
    receipts.received_value_reporting,
    {{ reporting_currency() }} as reporting_currency
from receipts
left join products
    on
        receipts.store_id = products.store_id
        and receipts.sku = products.sku
        and products.is_primary_for_sku
