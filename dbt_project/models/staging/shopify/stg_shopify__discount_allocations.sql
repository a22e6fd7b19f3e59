select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('order_line_id') }} as order_line_id,
    cast(discount_application_index as int) as application_index,
    {{ money('allocated_amount') }} as allocated_amount
from {{ source('shopify', 'discount_allocations') }}
