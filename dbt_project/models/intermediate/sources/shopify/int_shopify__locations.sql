with locations as (

    select * from {{ ref('stg_shopify__locations') }}

),

fulfillments as (

    select * from {{ ref('stg_shopify__fulfillments') }}

),

refund_lines as (

    select * from {{ ref('stg_shopify__refund_lines') }}

),

inventory_levels as (

    select * from {{ ref('stg_shopify__inventory_levels') }}

),

-- A location that Shopify no longer lists, or goods that left from no stated place, still need a row.
referenced as (

    select
        store_id,
        coalesce(location_id, 'unknown') as location_id
    from fulfillments

    union

    select
        store_id,
        coalesce(location_id, 'unknown') as location_id
    from refund_lines
    where is_restocked

    union

    select
        store_id,
        location_id
    from inventory_levels

)

select
    store_id,
    location_id,
    location_name,
    'shopify' as location_source,
    'list' as known_by,
    is_active,
    is_fulfillment_service,
    fulfills_online_orders,
    city,
    province_code,
    country_code,
    created_at,
    deactivated_at
from locations

union all

select
    referenced.store_id,
    referenced.location_id,
    case
        when referenced.location_id = 'unknown' then 'Unknown location'
        else 'Deleted location ' || referenced.location_id
    end as location_name,
    'referenced' as location_source,
    'reference' as known_by,
    false as is_active,
    false as is_fulfillment_service,
    cast(null as boolean) as fulfills_online_orders,
    cast(null as {{ dbt.type_string() }}) as city,
    cast(null as {{ dbt.type_string() }}) as province_code,
    cast(null as {{ dbt.type_string() }}) as country_code,
    cast(null as timestamp) as created_at,
    cast(null as timestamp) as deactivated_at
from referenced
left join locations
    on
        referenced.store_id = locations.store_id
        and referenced.location_id = locations.location_id
where locations.location_id is null
