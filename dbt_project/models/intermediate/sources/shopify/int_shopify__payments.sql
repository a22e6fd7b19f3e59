with transactions as (

    select * from {{ ref('stg_shopify__transactions') }}

)

-- Only success moved money. An authorisation is a promise and a capture the money: both would count an order twice.
select
    store_id,
    order_id,
    transaction_id as payment_id,
    case
        when transaction_kind in ('SALE', 'CAPTURE') then 'payment'
        when transaction_kind = 'CHANGE' then 'change'
        when transaction_kind = 'REFUND' then 'refund'
        else 'none'
    end as payment_type,
    gateway = 'gift_card' as is_gift_card,
    amount,
    coalesce(fee_amount, 0) as fee_amount,
    coalesce(rounding_amount, 0) as rounding_amount,
    coalesce(processed_at, created_at) as paid_at
from transactions
where
    transaction_status = 'SUCCESS'
    and not coalesce(is_test, false)
