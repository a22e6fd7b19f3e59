select
    store_id,
    payment_id,
    order_id,
    paid_at,
    timezone,
    payment_type,
    method as payment_method,
    {{ money('amount') }} as amount,
    {{ money('fee_amount') }} as fee_amount,
    currency,
    _file_id as file_id
from {{ source('files', 'payments') }}
