with locations as (

    select * from {{ ref('int_locations') }}

),

aliases as (

    select * from {{ ref('int_location_aliases') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

identified as (

    select
        locations.*,
        coalesce(aliases.location_id, locations.location_id) as identified_location_id
    from locations
    left join aliases
        on
            locations.store_id = aliases.store_id
            and locations.location_id = aliases.alias
            and locations.known_by = 'name'

),

-- What a list says of a location counts before a name in a document, and that before a mere reference.
known_best as (

    select *
    from identified
    qualify row_number() over (
            partition by store_id, identified_location_id
            order by
                case known_by when 'list' then 0 when 'name' then 1 else 2 end nulls last,
                location_name nulls last
        ) = 1

)

select
    {{ location_key('known_best.store_id', 'known_best.identified_location_id') }} as location_key,
    known_best.store_id,
    stores.store_name,
    known_best.identified_location_id as location_id,
    known_best.location_name,
    known_best.location_source,
    known_best.is_active,
    known_best.is_fulfillment_service,
    known_best.fulfills_online_orders,
    known_best.city,
    known_best.province_code,
    known_best.country_code,
    known_best.created_at,
    known_best.deactivated_at
from known_best
inner join stores
    on known_best.store_id = stores.store_id
