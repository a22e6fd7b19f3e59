select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('id') }} as agreement_id,
    type as agreement_type,
    reason,
    {{ shopify_id('refund_id') }} as refund_id,
    {{ shopify_id('return_id') }} as return_id,
    {{ utc_timestamp('happened_at') }} as happened_at
from {{ source('shopify', 'sales_agreements') }}
