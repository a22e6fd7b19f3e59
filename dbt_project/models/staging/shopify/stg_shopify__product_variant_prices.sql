select
    store_id,
    {{ shopify_id('variant_id') }} as variant_id,
    {{ shopify_id('product_id') }} as product_id,
    {{ money('price') }} as price,
    {{ money('compare_at_price') }} as compare_at_price,
    {{ utc_timestamp('observed_at') }} as observed_at
from {{ source('shopify', 'product_variant_prices') }}
