with stated as (

    select * from {{ ref('int_stated_totals') }}

),

held as (

    select * from {{ ref('int_held_totals') }}

),

-- The marts know every total by day, order and kind: they are held against a source as coarsely as it speaks.
stated_measures as (

    select
        source,
        entity_type,
        measure,
        count(entity_id) > 0 as has_entity,
        count(category) > 0 as has_category,
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
        category,
        measure,
        currency,
        {{ first_day_of('month', 'date') }} as month,
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
        held.currency,
        case when stated_measures.has_date then {{ first_day_of('month', 'held.date') }} end as month,
        0 as expected,
        held.value as actual
    from held
    inner join stated_measures
        on
            held.source = stated_measures.source
            and held.entity_type = stated_measures.entity_type
            and held.measure = stated_measures.measure

),

compared as (

    select
        source,
        store_id,
        entity_type,
        entity_id,
        category,
        measure,
        currency,
        month,
        {{ money('sum(expected)') }} as expected,
        {{ money('sum(actual)') }} as actual
    from sides
    group by
        source,
        store_id,
        entity_type,
        entity_id,
        category,
        measure,
        currency,
        month

),

by_month as (

    select
        source,
        store_id,
        entity_type,
        measure,
        category,
        month,
        currency,
        {{ money('sum(expected)') }} as expected,
        {{ money('sum(actual)') }} as actual,
        cast(sum(case when actual <> expected then 1 else 0 end) as int) as differing_count,
        max_by(entity_id, case when actual <> expected then abs(actual - expected) end) as farthest_entity_id
    from compared
    group by
        source,
        store_id,
        entity_type,
        measure,
        category,
        month,
        currency

)

select
    {{ surrogate_key(['source', 'store_id', 'entity_type', 'measure', 'category', 'month', 'currency']) }}
        as reconciliation_key,
    source,
    store_id,
    entity_type,
    measure,
    coalesce(category, 'all') as category,
    coalesce(substring(cast(month as {{ dbt.type_string() }}), 1, 7), 'all') as period,
    currency,
    expected,
    actual,
    {{ money('actual - expected') }} as difference,
    differing_count,
    farthest_entity_id,
    differing_count = 0 as is_ok
from by_month
