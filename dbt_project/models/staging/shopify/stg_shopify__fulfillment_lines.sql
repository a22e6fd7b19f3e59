select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('id') }} as fulfillment_line_id,
    {{ shopify_id('fulfillment_id') }} as fulfillment_id,
    {{ shopify_id('order_line_id') }} as order_line_id,
    cast(quantity as int) as quantity
from {{ source('shopify', 'fulfillment_lines') }}
