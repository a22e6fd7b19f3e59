select
    store_id,
    {{ shopify_id('id') }} as discount_id,
    type as discount_type,
    title,
    status,
    codes,
    percentage,
    {{ money('amount') }} as amount,
    amount_currency as currency,
    cast(usage_count as int) as usage_count,
    cast(usage_limit as int) as usage_limit,
    {{ utc_timestamp('starts_at') }} as starts_at,
    {{ utc_timestamp('ends_at') }} as ends_at,
    {{ utc_timestamp('created_at') }} as created_at,
    {{ utc_timestamp('updated_at') }} as updated_at
from {{ source('shopify', 'discounts') }}
