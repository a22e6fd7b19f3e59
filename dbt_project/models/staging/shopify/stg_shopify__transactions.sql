select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('id') }} as transaction_id,
    {{ shopify_id('parent_id') }} as parent_transaction_id,
    kind as transaction_kind,
    status as transaction_status,
    gateway,
    test as is_test,
    error_code,
    {{ money('amount') }} as amount,
    {{ money('amount_presentment') }} as presentment_amount,
    {{ money('amount_rounding') }} as rounding_amount,
    {{ money('fee_amount') }} as fee_amount,
    {{ utc_timestamp('created_at') }} as created_at,
    {{ utc_timestamp('processed_at') }} as processed_at
from {{ source('shopify', 'transactions') }}
