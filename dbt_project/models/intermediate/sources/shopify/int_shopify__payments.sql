with transactions as (

    select * from {{ ref('stg_shopify__transactions') }}

),

balance_transactions as (

    select * from {{ ref('stg_shopify__balance_transactions') }}

),

-- The account settles in one currency, which need not be the order's.
settled as (

    select
        store_id,
        transaction_id,
        currency,
        sum(fee_amount) as fee_amount
    from balance_transactions
    where
        balance_transaction_type = 'CHARGE'
        and transaction_id is not null
    group by
        store_id,
        transaction_id,
        currency

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}

)

-- Only success moved money. An authorisation is a promise and a capture the money: both would count an order twice.
-- A gateway's fee is known where Shopify tells it; Shopify Payments charges what takes money and nothing else, and what
-- goes through no gateway costs none.
select
    transactions.store_id,
    transactions.order_id,
    transactions.transaction_id as payment_id,
    case
        when transactions.transaction_kind in ('SALE', 'CAPTURE') then 'payment'
        when transactions.transaction_kind = 'CHANGE' then 'change'
        when transactions.transaction_kind = 'REFUND' then 'refund'
        else 'none'
    end as payment_type,
    transactions.gateway = 'gift_card' as is_gift_card,
    transactions.amount,
    coalesce(
        transactions.fee_amount,
        settled.fee_amount,
        case
            when transactions.gateway in ('gift_card', 'shopify_store_credit', 'cash') then 0
            when
                transactions.gateway = 'shopify_payments'
                and transactions.transaction_kind not in ('SALE', 'CAPTURE')
                then 0
        end
    ) as fee_amount,
    coalesce(transactions.rounding_amount, 0) as rounding_amount,
    coalesce(transactions.processed_at, transactions.created_at) as paid_at
from transactions
left join orders
    on
        transactions.store_id = orders.store_id
        and transactions.order_id = orders.order_id
left join settled
    on
        transactions.store_id = settled.store_id
        and transactions.transaction_id = settled.transaction_id
        and orders.currency = settled.currency
where
    transactions.transaction_status = 'SUCCESS'
    and not coalesce(transactions.is_test, false)
