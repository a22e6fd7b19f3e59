{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with stated as (

    select * from {{ ref('int_checked_totals') }}

),

held as (

    select * from {{ ref('int_held_totals') }}

),

-- The marts know every total by day, order and kind: they are held against a source as coarsely as it speaks.
-- A figure's categories are parts of one total of the source.
stated_measures as (

    select
        source,
        entity_type,
        measure,
        max(role) as role,
        max(check_name) as check_name,
        count(entity_id) > 0 as has_entity,
        count(case when figure is null then category end) > 0 as has_category,
        count(date) > 0 as has_date
    from stated
    group by
        source,
        entity_type,
        measure

),

sides as (

    select
        source,
        store_id,
        entity_type,
        entity_id,
        case when figure is null then category end as category,
        measure,
        role,
        check_name,
        currency,
        date,
        value as expected,
        0 as actual
    from stated

    union all

    select
        held.source,
        held.store_id,
        held.entity_type,
        case when stated_measures.has_entity then held.entity_id end as entity_id,
        case when stated_measures.has_category then held.category end as category,
        held.measure,
        stated_measures.role,
        stated_measures.check_name,
        held.currency,
        case when stated_measures.has_date then held.date end as date,
        0 as expected,
        held.value as actual
    from held
    inner join stated_measures
        on
            held.source = stated_measures.source
            and held.entity_type = stated_measures.entity_type
            and held.measure = stated_measures.measure

)

select
    source,
    store_id,
    entity_type,
    entity_id,
    category,
    measure,
    role = 'gate' as is_gate,
    check_name,
    currency,
    {{ first_day_of('month', 'date') }} as month,
    min(date) as first_date,
    {{ money('sum(expected)') }} as expected,
    {{ money('sum(actual)') }} as actual
from sides
where role in ('gate', 'finding')
group by
    source,
    store_id,
    entity_type,
    entity_id,
    category,
    measure,
    role = 'gate',
    check_name,
    currency,
    {{ first_day_of('month', 'date') }}
