select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    parent_type,
    {{ shopify_id('parent_id') }} as parent_id,
    cast(position as int) as position,
    title,
    rate as tax_rate,
    {{ money('price') }} as tax_amount
from {{ source('shopify', 'tax_lines') }}
