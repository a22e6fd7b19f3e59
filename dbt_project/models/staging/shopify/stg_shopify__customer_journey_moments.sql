select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('id') }} as moment_id,
    {{ utc_timestamp('occurred_at') }} as occurred_at,
    source,
    source_type,
    landing_page,
    referrer_url,
    utm_source,
    utm_medium,
    utm_campaign,
    utm_content,
    utm_term
from {{ source('shopify', 'customer_journey_moments') }}
