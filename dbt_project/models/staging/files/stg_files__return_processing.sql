select
    store_id,
    {{ shopify_id('return_id') }} as return_id,
    {{ shopify_id('order_line_id') }} as order_line_id,
    received_at as received_local_at,
    inspected_at as inspected_local_at,
    condition,
    disposition,
    {{ money('return_shipping_cost') }} as return_shipping_cost_amount,
    {{ money('labour_cost') }} as labour_cost_amount,
    {{ money('disposal_cost') }} as disposal_cost_amount,
    currency
from {{ source('files', 'return_processing') }}
