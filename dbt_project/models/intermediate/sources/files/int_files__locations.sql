with purchase_orders as (

    select * from {{ ref('stg_files__purchase_orders') }}

),

transfers as (

    select * from {{ ref('stg_files__transfers') }}

),

stock_counts as (

    select * from {{ ref('stg_files__stock_counts') }}

),

named as (

    select
        store_id,
        location
    from purchase_orders

    union

    select
        store_id,
        from_location as location
    from transfers

    union

    select
        store_id,
        to_location as location
    from transfers

    union

    select
        store_id,
        location
    from stock_counts

)

select
    store_id,
    location as location_id,
    location as location_name,
    'files' as location_source,
    'name' as known_by,
    true as is_active,
    false as is_fulfillment_service,
    cast(null as boolean) as fulfills_online_orders,
    cast(null as {{ dbt.type_string() }}) as city,
    cast(null as {{ dbt.type_string() }}) as province_code,
    cast(null as {{ dbt.type_string() }}) as country_code,
    cast(null as timestamp) as created_at,
    cast(null as timestamp) as deactivated_at
from named
where
    store_id is not null
    and location is not null
