select
    store_id,
    {{ shopify_id('id') }} as customer_id,
    email,
    state as account_state,
    locale,
    tags,
    tax_exempt as is_tax_exempt,
    verified_email as is_email_verified,
    email_marketing_state,
    city,
    province_code,
    country_code,
    number_of_orders as source_order_count,
    {{ money('amount_spent') }} as source_amount_spent,
    amount_spent_currency as currency,
    {{ utc_timestamp('created_at') }} as created_at,
    {{ utc_timestamp('updated_at') }} as updated_at
from {{ source('shopify', 'customers') }}
