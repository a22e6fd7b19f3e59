select
    store_id,
    name as store_name,
    myshopify_domain as shop_domain,
    currency_code as currency,
    iana_timezone as timezone,
    taxes_included,
    plan_name,
    {{ utc_timestamp('read_until') }} as read_until
from {{ source('shopify', 'shop') }}
