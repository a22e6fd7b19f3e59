{# Totals in one shape, a row for each row of a relation (a CTE's name) and measure: the value of the column of that
   name, where it has one. The relation has source, store_id, entity_id, category, currency and date beside its measures. #}
{% macro totals(relation, entity_type, measures) -%}
    {%- for measure in measures %}
    select
        source,
        store_id,
        '{{ entity_type }}' as entity_type,
        entity_id,
        category,
        '{{ measure }}' as measure,
        {% if measure.endswith('_amount') %}currency{% else %}cast(null as {{ dbt.type_string() }}){% endif %} as currency,
        date,
        {{ money(measure) }} as value
    from {{ relation }}
    where {{ measure }} is not null
    {%- if not loop.last %}

    union all
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}
