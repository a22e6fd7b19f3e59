select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('id') }} as return_line_id,
    {{ shopify_id('return_id') }} as return_id,
    {{ shopify_id('order_line_id') }} as order_line_id,
    {{ shopify_id('fulfillment_line_id') }} as fulfillment_line_id,
    cast(quantity as int) as quantity,
    cast(processed_quantity as int) as processed_quantity,
    cast(refunded_quantity as int) as refunded_quantity,
    return_reason as return_reason_handle,
    return_reason_name,
    restocking_fee_percentage,
    {{ money('restocking_fee') }} as restocking_fee_amount
from {{ source('shopify', 'return_lines') }}
