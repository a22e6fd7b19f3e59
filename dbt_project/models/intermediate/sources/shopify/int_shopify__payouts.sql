with payouts as (

    select * from {{ ref('stg_shopify__payouts') }}

)

select
    store_id,
    payout_id,
    lower(payout_status) as payout_status,
    net_amount,
    currency,
    issued_at
from payouts
