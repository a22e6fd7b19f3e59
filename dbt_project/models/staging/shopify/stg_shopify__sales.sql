select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('id') }} as sale_id,
    {{ shopify_id('agreement_id') }} as agreement_id,
    action_type,
    line_type,
    {{ shopify_id('order_line_id') }} as order_line_id,
    {{ shopify_id('shipping_line_id') }} as shipping_line_id,
    cast(quantity as int) as quantity,
    {{ money('total_amount') }} as total_amount,
    {{ money('total_discount_before_taxes') }} as discount_amount,
    {{ money('total_discount_after_taxes') }} as discount_with_tax_amount,
    {{ money('total_tax') }} as tax_amount
from {{ source('shopify', 'sales') }}
