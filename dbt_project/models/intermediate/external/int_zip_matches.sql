-- A ZIP code is a route of the post, a ZCTA an area of the census: most share their five digits, post boxes and single
-- buildings have no area. What cannot be matched is counted, never guessed. Post codes end here; only counts go on.
with orders as (

    select *
    from {{ ref('int_orders') }}

),

addresses as (

    select *
    from {{ ref('int_delivery_addresses') }}

),

areas as (

    select distinct area_code as zcta
    from {{ ref('int_areas') }}
    where area_level = 'zcta'

),

shipped as (

    select
        coalesce(addresses.province_code, '') as region_code,
        case
            when {{ regexp_like('trim(addresses.postal_code)', '^[0-9]{5}') }}
                then substr(trim(addresses.postal_code), 1, 5)
        end as zip_code
    from addresses
    inner join orders
        on
            addresses.store_id = orders.store_id
            and addresses.order_id = orders.order_id
    where
        addresses.country_code = 'US'
        and not orders.is_test

)

select
    shipped.region_code,
    count(*) as shipped_order_count,
    count(areas.zcta) as matched_order_count
from shipped
left join areas
    on shipped.zip_code = areas.zcta
group by shipped.region_code
