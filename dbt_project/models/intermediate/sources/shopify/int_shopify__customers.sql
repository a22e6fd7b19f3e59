with customers as (

    select * from {{ ref('stg_shopify__customers') }}

)

select
    store_id,
    customer_id,
    {{ hashed_pii('email') }} as email_hash,
    lower(account_state) as account_state,
    lower(email_marketing_state) as email_marketing_state,
    email_marketing_updated_at,
    lower(sms_marketing_state) as sms_marketing_state,
    tags,
    country_code,
    province_code,
    city,
    source_order_count,
    created_at
from customers
