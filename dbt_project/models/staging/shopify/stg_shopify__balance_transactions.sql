select
    store_id,
    {{ shopify_id('id') }} as balance_transaction_id,
    type as balance_transaction_type,
    {{ shopify_id('source_order_transaction_id') }} as transaction_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('payout_id') }} as payout_id,
    adjustment_reason,
    test as is_test,
    {{ money('amount') }} as amount,
    {{ money('fee') }} as fee_amount,
    {{ money('net') }} as net_amount,
    currency_code as currency,
    {{ utc_timestamp('transaction_date') }} as processed_at
from {{ source('shopify', 'balance_transactions') }}
