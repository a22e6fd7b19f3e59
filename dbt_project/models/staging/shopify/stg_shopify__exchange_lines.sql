select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('id') }} as exchange_line_id,
    {{ shopify_id('return_id') }} as return_id,
    {{ shopify_id('order_line_id') }} as order_line_id,
    cast(quantity as int) as quantity
from {{ source('shopify', 'exchange_lines') }}
