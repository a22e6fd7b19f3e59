select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('refund_id') }} as refund_id,
    {{ shopify_id('coalesce(id, order_line_id)') }} as refund_line_id,
    {{ shopify_id('order_line_id') }} as order_line_id,
    cast(quantity as int) as quantity,
    restock_type,
    restocked as is_restocked,
    {{ shopify_id('location_id') }} as location_id,
    {{ money('subtotal') }} as subtotal_amount,
    {{ money('total_tax') }} as tax_amount
from {{ source('shopify', 'refund_lines') }}
