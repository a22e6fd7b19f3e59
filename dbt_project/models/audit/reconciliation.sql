with compared_totals as (

    select * from {{ ref('int_compared_totals') }}

),

compared_row_counts as (

    select * from {{ ref('int_compared_row_counts') }}

),

compared as (
{% for relation in ['compared_totals', 'compared_row_counts'] %}
    select
        source,
        store_id,
        entity_type,
        entity_id,
        category,
        measure,
        is_gate,
        currency,
        month,
        expected,
        actual
    from {{ relation }}
    {%- if not loop.last %}

    union all
    {% endif -%}
{% endfor %}

),

by_month as (

    select
        source,
        store_id,
        entity_type,
        measure,
        is_gate,
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
        is_gate,
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
    is_gate,
    differing_count = 0 as is_ok
from by_month
