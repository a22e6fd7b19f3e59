select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('id') }} as return_id,
    name as return_name,
    status as return_status,
    cast(total_quantity as int) as requested_quantity,
    decline_reason,
    {{ money('return_shipping_fee') }} as return_shipping_fee_amount,
    {{ utc_timestamp('created_at') }} as requested_at,
    {{ utc_timestamp('request_approved_at') }} as approved_at,
    {{ utc_timestamp('closed_at') }} as closed_at
from {{ source('shopify', 'returns') }}
