select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('refund_id') }} as refund_id,
    cast(position as int) as position,
    {{ shopify_id('id') }} as refund_shipping_line_id,
    {{ shopify_id('shipping_line_id') }} as shipping_line_id,
    {{ money('subtotal') }} as subtotal_amount,
    {{ money('tax') }} as tax_amount
from {{ source('shopify', 'refund_shipping_lines') }}
