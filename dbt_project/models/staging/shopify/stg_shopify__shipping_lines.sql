select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    cast(position as int) as position,
    {{ shopify_id('id') }} as shipping_line_id,
    title,
    code,
    source as rate_source,
    carrier_identifier,
    is_removed,
    {{ money('original_price') }} as original_amount,
    {{ money('discounted_price') }} as discounted_amount
from {{ source('shopify', 'shipping_lines') }}
