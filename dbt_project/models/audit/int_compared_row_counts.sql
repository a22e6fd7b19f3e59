{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with stated as (

    select * from {{ ref('int_stated_totals') }}

),

checks as (

    select * from {{ ref('audit_checks') }}

),

held as (

    select * from {{ ref('int_held_row_counts') }}

),

stated_counts as (

    select stated.*
    from stated
    inner join checks
        on
            stated.entity_type = checks.entity_type
            and stated.measure = checks.measure
    where checks.role = 'row_count'

),

stated_entities as (

    select distinct
        source,
        entity_type
    from stated_counts

),

sides as (

    select
        source,
        store_id,
        entity_type,
        value as expected,
        0 as actual
    from stated_counts

    union all

    select
        held.source,
        held.store_id,
        held.entity_type,
        0 as expected,
        held.number as actual
    from held
    inner join stated_entities
        on
            held.source = stated_entities.source
            and held.entity_type = stated_entities.entity_type

)

select
    source,
    store_id,
    entity_type,
    cast(null as {{ dbt.type_string() }}) as entity_id,
    cast(null as {{ dbt.type_string() }}) as category,
    'number' as measure,
    true as is_gate,
    cast(null as {{ dbt.type_string() }}) as currency,
    cast(null as date) as month,
    {{ money('sum(expected)') }} as expected,
    {{ money('sum(actual)') }} as actual
from sides
group by
    source,
    store_id,
    entity_type
