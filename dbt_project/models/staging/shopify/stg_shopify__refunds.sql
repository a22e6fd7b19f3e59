select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('id') }} as refund_id,
    {{ shopify_id('return_id') }} as return_id,
    {{ money('total_refunded') }} as refunded_amount,
    {{ utc_timestamp('created_at') }} as created_at,
    {{ utc_timestamp('processed_at') }} as processed_at,
    {{ utc_timestamp('updated_at') }} as updated_at
from {{ source('shopify', 'refunds') }}
