{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with stated as (

    select * from {{ ref('int_stated_totals') }}

),

held as (

    select * from {{ ref('int_held_totals') }}

),

checks as (

    select * from {{ ref('audit_checks') }}

),

-- The marts know every total by day, order and kind: they are held against a source as coarsely as it speaks.
-- A figure's categories are parts of one total of the source.
stated_measures as (

    select
        stated.source,
        stated.entity_type,
        stated.measure,
        count(stated.entity_id) > 0 as has_entity,
        count(case when checks.figure is null then stated.category end) > 0 as has_category,
        count(stated.date) > 0 as has_date
    from stated
    left join checks
        on
            stated.entity_type = checks.entity_type
            and stated.measure = checks.measure
    group by
        stated.source,
        stated.entity_type,
        stated.measure

),

sides as (

    select
        stated.source,
        stated.store_id,
        stated.entity_type,
        stated.entity_id,
        case when checks.figure is null then stated.category end as category,
        stated.measure,
        stated.currency,
        stated.date,
        stated.value as expected,
        0 as actual
    from stated
    left join checks
        on
            stated.entity_type = checks.entity_type
            and stated.measure = checks.measure

    union all

    select
        held.source,
        held.store_id,
        held.entity_type,
        case when stated_measures.has_entity then held.entity_id end as entity_id,
        case when stated_measures.has_category then held.category end as category,
        held.measure,
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
    sides.source,
    sides.store_id,
    sides.entity_type,
    sides.entity_id,
    sides.category,
    sides.measure,
    coalesce(checks.role, 'finding') = 'gate' as is_gate,
    sides.currency,
    {{ first_day_of('month', 'sides.date') }} as month,
    min(sides.date) as first_date,
    {{ money('sum(sides.expected)') }} as expected,
    {{ money('sum(sides.actual)') }} as actual
from sides
left join checks
    on
        sides.entity_type = checks.entity_type
        and sides.measure = checks.measure
where coalesce(checks.role, 'finding') in ('gate', 'finding')
group by
    sides.source,
    sides.store_id,
    sides.entity_type,
    sides.entity_id,
    sides.category,
    sides.measure,
    coalesce(checks.role, 'finding') = 'gate',
    sides.currency,
    {{ first_day_of('month', 'sides.date') }}
