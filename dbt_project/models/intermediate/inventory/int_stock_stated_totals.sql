{{ config(materialized='ephemeral') }}

with stated as (

    select * from {{ ref('int_stock_levels_stated') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

-- Stock is a state: a month's is that of its last snapshot.
last_of_month as (

    select
        store_id,
        location_id,
        max(stated_date) as stated_date
    from stated
    where statement_type = 'snapshot'
    group by
        store_id,
        location_id,
        {{ first_day_of('month', 'stated_date') }}

),

snapshots as (

    select
        stores.platform as source,
        stated.store_id,
        {{ stock_entity('stated.location_id', 'stated.sku') }} as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        cast(null as {{ dbt.type_string() }}) as currency,
        stated.stated_date as date,
        stated.stated_quantity as on_hand_quantity
    from stated
    inner join last_of_month
        on
            stated.store_id = last_of_month.store_id
            and stated.location_id = last_of_month.location_id
            and stated.stated_date = last_of_month.stated_date
    inner join stores
        on stated.store_id = stores.store_id
    where stated.statement_type = 'snapshot'

)

{{ totals('snapshots', 'stock_levels', ['on_hand_quantity']) }}
