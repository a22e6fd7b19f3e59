with checkouts as (

    select * from {{ ref('stg_shopify__abandoned_checkouts') }}

)

select
    store_id,
    checkout_id,
    checkout_name,
    customer_id,
    line_count,
    quantity,
    discount_codes,
    subtotal_amount,
    discount_amount,
    tax_amount,
    total_amount,
    currency,
    created_at as started_at,
    completed_at
from checkouts
