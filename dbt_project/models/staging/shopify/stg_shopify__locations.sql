select
    store_id,
    {{ shopify_id('id') }} as location_id,
    name as location_name,
    is_active,
    is_fulfillment_service,
    fulfills_online_orders,
    ships_inventory,
    city,
    province_code,
    country_code,
    {{ utc_timestamp('created_at') }} as created_at,
    {{ utc_timestamp('updated_at') }} as updated_at,
    {{ utc_timestamp('deactivated_at') }} as deactivated_at
from {{ source('shopify', 'locations') }}
