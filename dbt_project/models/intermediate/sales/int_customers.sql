with stated as (

    {{ union_of_sources('customers', [
        'store_id', 'customer_id', 'email_hash', 'account_state', 'email_marketing_state',
        'email_marketing_updated_at', 'sms_marketing_state', 'tags', 'country_code', 'province_code', 'city', 'source_order_count', 'created_at'
    ]) }}

)

select
    {{ customer_key('store_id', "'account'", 'customer_id') }} as customer_key,
    store_id,
    customer_id,
    email_hash,
    account_state,
    email_marketing_state,
    email_marketing_updated_at,
    sms_marketing_state,
    tags,
    country_code,
    province_code,
    city,
    source_order_count,
    created_at
from stated
