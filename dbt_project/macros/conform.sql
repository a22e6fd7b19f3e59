{# One entity of every source that brings it, as `conformed_entities` in dbt_project.yml lists them: each source's
   conforming model `int_<source>__<entity>`, one under the other, by name of column. A unit test unites the sources
   that it gives, so that one source more changes no test. #}
{% macro union_of_sources(entity, columns) -%}
    {%- set models = [] -%}
    {%- for source, entities in var('conformed_entities').items() if entity in entities -%}
        {%- set name = 'int_' ~ source ~ '__' ~ entity -%}
        {%- if model.resource_type != 'unit_test' or 'model.shophouse.' ~ name in model.depends_on.nodes -%}
            {%- do models.append(ref(name)) -%}
        {%- endif -%}
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
