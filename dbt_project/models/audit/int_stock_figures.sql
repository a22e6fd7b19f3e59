{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with stated as (

    select * from {{ ref('int_stock_stated_totals') }}

),

spans as (

    select * from {{ ref('fct_inventory_spans') }}

),

movements as (

    select * from {{ ref('fct_inventory_movements') }}

),

levels as (

    select *
    from {{ ref('int_stock_levels_stated') }}
    where statement_type = 'snapshot'

),

-- A snapshot is of an instant, and our stock of the day's end.
moved_after as (

    select
        levels.store_id,
        levels.location_id,
        levels.sku,
        levels.stated_date as date,
        sum(movements.quantity) as quantity
    from levels
    inner join movements
        on
            levels.store_id = movements.store_id
            and levels.location_id = movements.location_id
            and levels.sku = movements.sku
            and levels.stated_date = movements.movement_date
            and levels.stated_at < movements.moved_at
    group by
        levels.store_id,
        levels.location_id,
        levels.sku,
        levels.stated_date

)

select
    stated.source,
    stated.store_id,
    stated.entity_id,
    stated.date,
    coalesce(spans.closing_quantity, 0) as closing_quantity,
    coalesce(moved_after.quantity, 0) as moved_after_quantity
from stated
left join spans
    on
        stated.store_id = spans.store_id
        and stated.entity_id = {{ stock_entity('spans.location_id', 'spans.sku') }}
        and stated.date between spans.from_date and spans.to_date
left join moved_after
    on
        stated.store_id = moved_after.store_id
        and stated.entity_id = {{ stock_entity('moved_after.location_id', 'moved_after.sku') }}
        and stated.date = moved_after.date
