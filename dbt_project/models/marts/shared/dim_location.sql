with locations as (

    select * from {{ ref('int_locations') }}

),

stores as (

    select * from {{ ref('int_stores') }}

)

select
    {{ surrogate_key(['locations.store_id', 'locations.location_id']) }} as location_key,
    locations.store_id,
    stores.store_name,
    locations.location_id,
    locations.location_name,
    locations.location_source,
    locations.is_active,
    locations.is_fulfillment_service,
    locations.fulfills_online_orders,
    locations.city,
    locations.province_code,
    locations.country_code,
    locations.created_at,
    locations.deactivated_at
from locations
inner join stores
    on locations.store_id = stores.store_id
