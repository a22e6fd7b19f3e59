{# One entity of every source that brings it, as `conformed_entities` in dbt_project.yml lists them: each source's
   conforming model `int_<source>__<entity>`, one under the other, by name of column. `source_column` is the name of a
   column before them that says which source it was. #}
{% macro union_of_sources(entity, columns, source_column=none) -%}
    {%- set models = {} -%}
    {%- for source, entities in var('conformed_entities').items() if entity in entities -%}
        {%- do models.update({source: ref('int_' ~ source ~ '__' ~ entity)}) -%}
    {%- endfor -%}
    {%- for source, model in models.items() %}
    select
        {% if source_column %}'{{ source }}' as {{ source_column }},
        {% endif -%}
        {{ columns | join(',\n        ') }}
    from {{ model }}
    {%- if not loop.last %}

    union all
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}
