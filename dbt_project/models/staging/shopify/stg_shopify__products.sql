select
    store_id,
    {{ shopify_id('id') }} as product_id,
    title as product_title,
    handle,
    status as product_status,
    nullif(trim(vendor), '') as brand,
    nullif(trim(product_type), '') as product_type,
    category_name,
    tags,
    is_gift_card,
    {{ utc_timestamp('created_at') }} as created_at,
    {{ utc_timestamp('updated_at') }} as updated_at,
    {{ utc_timestamp('published_at') }} as published_at
from {{ source('shopify', 'products') }}
