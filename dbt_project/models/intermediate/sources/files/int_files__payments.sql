with payments as (

    select * from {{ ref('stg_files__payments') }}

),

superseded as (

    select * from {{ ref('int_files__superseded_orders') }}

)

select
    payments.store_id,
    payments.order_id,
    payments.payment_id,
    payments.payment_type,
    lower(payments.payment_method) = 'gift_card' as is_gift_card,
    payments.amount,
    payments.fee_amount,
    0 as rounding_amount,
    {{ utc_from_local('payments.paid_at', 'payments.timezone') }} as paid_at
from payments
left join superseded
    on
        payments.store_id = superseded.store_id
        and payments.order_id = superseded.order_id
where superseded.order_id is null
