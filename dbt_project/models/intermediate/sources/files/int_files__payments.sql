with payments as (

    select * from {{ ref('stg_files__payments') }}

)

select
    store_id,
    order_id,
    payment_id,
    payment_type,
    lower(payment_method) = 'gift_card' as is_gift_card,
    amount,
    coalesce(fee_amount, 0) as fee_amount,
    0 as rounding_amount,
    {{ utc_from_local('paid_at', 'timezone') }} as paid_at
from payments
