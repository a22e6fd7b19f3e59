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

-- Of several that are equally far off, the first by its id: the same in every build.
ranked as (

    select
        compared.*,
        max(abs(actual - expected)) over (
            partition by source, store_id, entity_type, measure, is_gate, category, month, currency
        ) as farthest_difference
    from compared

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
        min(
            case when actual <> expected and abs(actual - expected) = farthest_difference then entity_id end
        ) as farthest_entity_id
    from ranked
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
