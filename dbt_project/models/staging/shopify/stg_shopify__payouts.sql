select
    store_id,
    {{ shopify_id('id') }} as payout_id,
    status as payout_status,
    {{ money('net_amount') }} as net_amount,
    currency_code as currency,
    {{ utc_timestamp('issued_at') }} as issued_at
from {{ source('shopify', 'payouts') }}
