select
    store_id,
    {{ shopify_id('id') }} as variant_id,
    {{ shopify_id('product_id') }} as product_id,
    {{ shopify_id('inventory_item_id') }} as inventory_item_id,
    nullif(trim(sku), '') as sku,
    title as variant_title,
    barcode,
    cast(position as int) as position,
    {{ money('price') }} as price,
    {{ money('compare_at_price') }} as compare_at_price,
    taxable as is_taxable,
    {{ utc_timestamp('created_at') }} as created_at,
    {{ utc_timestamp('updated_at') }} as updated_at
from {{ source('shopify', 'product_variants') }}
