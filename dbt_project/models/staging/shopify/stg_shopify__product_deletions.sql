select
    store_id,
    {{ shopify_id('id') }} as event_id,
    {{ shopify_id('product_id') }} as product_id,
    {{ utc_timestamp('deleted_at') }} as deleted_at
from {{ source('shopify', 'product_deletions') }}
