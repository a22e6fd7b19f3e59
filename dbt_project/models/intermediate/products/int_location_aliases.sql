with locations as (

    select * from {{ ref('stg_shopify__locations') }}

),

purchase_orders as (

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
        location as alias
    from purchase_orders

    union

    select
        store_id,
        from_location as alias
    from transfers

    union

    select
        store_id,
        to_location as alias
    from transfers

    union

    select
        store_id,
        location as alias
    from stock_counts

),

-- Two locations of one name: the one in use wins, then the older (smaller) id.
matched as (

    select
        named.store_id,
        named.alias,
        locations.location_id,
        row_number() over (
            partition by named.store_id, named.alias
            order by
                case when locations.location_id = named.alias then 0 else 1 end nulls last,
                case when locations.is_active then 0 else 1 end nulls last,
                locations.location_id nulls last
        ) as match_number
    from named
    left join locations
        on
            named.store_id = locations.store_id
            and (named.alias = locations.location_id or lower(named.alias) = lower(trim(locations.location_name)))
    where
        named.store_id is not null
        and named.alias is not null

),

final as (

    select
        store_id,
        alias,
        coalesce(location_id, lower(alias)) as location_id,
        location_id is not null as is_shop_location
    from matched
    where match_number = 1

)

select * from final
