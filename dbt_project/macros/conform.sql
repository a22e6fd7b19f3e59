{# One entity of every source that brings it, as `conformed_entities` in dbt_project.yml lists them: each source's
   conforming model `int_<source>__<entity>`, one under the other, by name of column. #}
{% macro union_of_sources(entity, columns) -%}
    {%- set models = [] -%}
    {%- for source, entities in var('conformed_entities').items() if entity in entities -%}
        {%- do models.append(ref('int_' ~ source ~ '__' ~ entity)) -%}
    {%- endfor -%}
    {%- for model in models %}
    select
        {{ columns | join(',\n        ') }}
    from {{ model }}
    {%- if not loop.last %}

    union all
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}
