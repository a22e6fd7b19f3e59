with balance_transactions as (

    select * from {{ ref('stg_shopify__balance_transactions') }}

)

select
    store_id,
    balance_transaction_id,
    payout_id,
    order_id,
    transaction_id as payment_id,
    case
        when balance_transaction_type = 'CHARGE' then 'charge'
        when balance_transaction_type in ('REFUND', 'REFUND_ADJUSTMENT', 'REFUND_FAILURE') then 'refund'
        when balance_transaction_type like 'DISPUTE%' or balance_transaction_type like 'CHARGEBACK%' then 'dispute'
        when balance_transaction_type like 'RESERVED_FUNDS%' then 'reserve'
        when balance_transaction_type = 'ADJUSTMENT' then 'adjustment'
        else 'other'
    end as transaction_type,
    lower(balance_transaction_type) as source_transaction_type,
    adjustment_reason,
    amount,
    fee_amount,
    net_amount,
    currency,
    processed_at
from balance_transactions
where is_test is not true
