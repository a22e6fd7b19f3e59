with locations as (

    select * from {{ ref('int_locations') }}

),

names as (

    select distinct
        store_id,
        location_id as alias
    from locations
    where known_by = 'name'

),

listed_locations as (

    select * from locations
    where known_by = 'list'

),

-- Two locations of one name: the one in use wins, then the older (smaller) id.
matched as (

    select
        names.store_id,
        names.alias,
        listed_locations.location_id
    from names
    left join listed_locations
        on
            names.store_id = listed_locations.store_id
            and (
                names.alias = listed_locations.location_id
                or lower(names.alias) = lower(trim(listed_locations.location_name))
            )
    qualify row_number() over (
            partition by names.store_id, names.alias
            order by
                case when listed_locations.location_id = names.alias then 0 else 1 end nulls last,
                case when listed_locations.is_active then 0 else 1 end nulls last,
                listed_locations.location_id nulls last
        ) = 1

)

select
    store_id,
    alias,
    coalesce(location_id, lower(alias)) as location_id,
    location_id is not null as is_listed
from matched
