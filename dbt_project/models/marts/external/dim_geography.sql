with countries as (

    select *
    from {{ ref('countries') }}

),

orders as (

    select *
    from {{ ref('int_orders') }}

),

areas as (

    select *
    from {{ ref('int_areas') }}

),

zip_matches as (

    select *
    from {{ ref('int_zip_matches') }}

),

us_matches as (

    select
        cast(sum(shipped_order_count) as bigint) as shipped_order_count,
        cast(sum(matched_order_count) as bigint) as matched_order_count
    from zip_matches

),

-- Files may name a country otherwise than by its code: such a name is a place of its own, not dropped.
places_ordered_from as (

    select distinct
        country_code,
        province_code
    from orders
    where country_code is not null

),

country_places as (

    select
        'country' as geography_level,
        countries.country_code as geography_code,
        countries.country_code,
        countries.country_name,
        countries.country_name as geography_name,
        case when countries.country_code = 'US' then us_matches.shipped_order_count end as shipped_order_count,
        case when countries.country_code = 'US' then us_matches.matched_order_count end as matched_order_count
    from countries
    cross join us_matches

    union all

    select distinct
        'country' as geography_level,
        places_ordered_from.country_code as geography_code,
        places_ordered_from.country_code,
        places_ordered_from.country_code as country_name,
        places_ordered_from.country_code as geography_name,
        cast(null as bigint) as shipped_order_count,
        cast(null as bigint) as matched_order_count
    from places_ordered_from
    left join countries
        on places_ordered_from.country_code = countries.country_code
    where countries.country_code is null

),

region_places as (

    select
        'region' as geography_level,
        places_ordered_from.country_code || '-' || places_ordered_from.province_code as geography_code,
        places_ordered_from.country_code,
        countries.country_name,
        places_ordered_from.province_code as geography_name,
        zip_matches.shipped_order_count,
        zip_matches.matched_order_count
    from places_ordered_from
    left join countries
        on places_ordered_from.country_code = countries.country_code
    left join zip_matches
        on
            places_ordered_from.country_code = 'US'
            and places_ordered_from.province_code = zip_matches.region_code
    where places_ordered_from.province_code is not null

),

places as (

    select
        geography_level,
        geography_code,
        country_code,
        country_name,
        geography_name,
        shipped_order_count,
        matched_order_count
    from country_places

    union all

    select
        geography_level,
        geography_code,
        country_code,
        country_name,
        geography_name,
        shipped_order_count,
        matched_order_count
    from region_places

),

latest_areas as (

    select *
    from areas
    qualify row_number() over (partition by area_level, area_code order by vintage_year desc nulls last) = 1

)

select
    {{ surrogate_key(['geography_level', 'geography_code']) }} as geography_key,
    geography_level,
    geography_code,
    geography_name,
    country_code,
    country_name,
    shipped_order_count,
    shipped_order_count - matched_order_count as zip_unmatched_order_count,
    {{ safe_divide('shipped_order_count - matched_order_count', 'shipped_order_count') }} as zip_unmatched_rate,
    cast(null as int) as vintage_year,
    cast(null as bigint) as population,
    cast(null as bigint) as population_moe,
    cast(null as bigint) as households,
    cast(null as bigint) as households_moe,
    cast(null as decimal(18, 4)) as median_household_income_amount,
    cast(null as decimal(18, 4)) as median_household_income_moe_amount,
    cast(null as {{ dbt.type_string() }}) as currency,
    cast(null as decimal(6, 2)) as median_age,
    cast(null as decimal(6, 2)) as median_age_moe,
    cast(null as double) as owner_occupied_rate,
    cast(null as double) as owner_occupied_rate_moe,
    cast(null as {{ dbt.type_string() }}) as null_reasons,
    cast(null as {{ dbt.type_string() }}) as median_limits
from places

union all

select
    {{ surrogate_key(['latest_areas.area_level', 'latest_areas.area_code']) }} as geography_key,
    latest_areas.area_level as geography_level,
    latest_areas.area_code as geography_code,
    latest_areas.area_name as geography_name,
    latest_areas.country_code,
    countries.country_name,
    cast(null as bigint) as shipped_order_count,
    cast(null as bigint) as zip_unmatched_order_count,
    cast(null as double) as zip_unmatched_rate,
    latest_areas.vintage_year,
    latest_areas.population,
    latest_areas.population_moe,
    latest_areas.households,
    latest_areas.households_moe,
    latest_areas.median_household_income_amount,
    latest_areas.median_household_income_moe_amount,
    latest_areas.currency,
    latest_areas.median_age,
    latest_areas.median_age_moe,
    {{ safe_divide('latest_areas.owner_occupied_units', 'latest_areas.occupied_units') }} as owner_occupied_rate,
    {{ proportion_margin_of_error(
        'latest_areas.owner_occupied_units',
        'latest_areas.owner_occupied_units_moe',
        'latest_areas.occupied_units',
        'latest_areas.occupied_units_moe'
    ) }} as owner_occupied_rate_moe,
    latest_areas.null_reasons,
    latest_areas.median_limits
from latest_areas
left join countries
    on latest_areas.country_code = countries.country_code
