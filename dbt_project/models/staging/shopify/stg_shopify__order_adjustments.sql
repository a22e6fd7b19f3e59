select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('id') }} as order_adjustment_id,
    {{ shopify_id('refund_id') }} as refund_id,
    reason,
    {{ money('amount') }} as amount,
    {{ money('tax_amount') }} as tax_amount
from {{ source('shopify', 'order_adjustments') }}
