select
    landed_cost_id,
    purchase_order_id,
    lower(trim(cost_type)) as cost_type,
    {{ money('amount') }} as amount,
    currency,
    incurred_on as incurred_date
from {{ source('files', 'landed_costs') }}
