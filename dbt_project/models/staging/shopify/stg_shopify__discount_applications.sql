select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    cast(index as int) as application_index,
    type as application_type,
    code,
    title,
    allocation_method,
    target_selection,
    target_type,
    {{ money('value_amount') }} as value_amount,
    value_currency,
    value_percentage
from {{ source('shopify', 'discount_applications') }}
