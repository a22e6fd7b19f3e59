with shelf as (

    select * from {{ ref('stg_toy_shop__shelf') }}

)

select
    store_id,
    location_id,
    location_id as location_name,
    'toy_shop' as location_source,
    'list' as known_by,
    true as is_active,
    false as is_fulfillment_service,
    true as fulfills_online_orders,
    cast(null as {{ dbt.type_string() }}) as city,
    cast(null as {{ dbt.type_string() }}) as province_code,
    cast(null as {{ dbt.type_string() }}) as country_code,
    cast(null as timestamp) as created_at,
    cast(null as timestamp) as deactivated_at
from shelf
group by
    store_id,
    location_id
