select
    store_id,
    {{ shopify_id('order_id') }} as order_id,
    {{ shopify_id('id') }} as fulfillment_id,
    name as fulfillment_name,
    {{ shopify_id('location_id') }} as location_id,
    status as fulfillment_status,
    display_status,
    cast(total_quantity as int) as total_quantity,
    tracking_company,
    tracking_number,
    {{ utc_timestamp('created_at') }} as created_at,
    {{ utc_timestamp('updated_at') }} as updated_at,
    {{ utc_timestamp('in_transit_at') }} as in_transit_at,
    {{ utc_timestamp('delivered_at') }} as delivered_at,
    {{ utc_timestamp('estimated_delivery_at') }} as estimated_delivery_at
from {{ source('shopify', 'fulfillments') }}
