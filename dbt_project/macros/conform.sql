{# One entity of every source that brings it, as `conformed_entities` in dbt_project.yml lists them: each source's
   conforming model `int_<source>__<entity>`, one under the other, by name of column. `source_column` is the name of a
   column before them that says which source it was; rows of `sources_of_many_platforms` say it themselves. A unit test
   unites the sources that it gives, so that one source more changes no test. `connected_only` leaves out what documents
   tell, so that it can be held against what the platforms themselves do. #}
{% macro union_of_sources(entity, columns, source_column=none, connected_only=false) -%}
    {%- set models = {} -%}
    {%- for source, entities in var('conformed_entities').items() if entity in entities -%}
        {%- set name = 'int_' ~ source ~ '__' ~ entity -%}
        {%- set is_wanted = not connected_only or source not in var('sources_of_many_platforms') -%}
        {%- if is_wanted and (model.resource_type != 'unit_test' or 'model.shophouse.' ~ name in model.depends_on.nodes) -%}
            {%- do models.update({source: ref(name)}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for source, conformed in models.items() %}
    select
        {% if source_column %}
            {%- set says_itself = source_column == 'platform' and source in var('sources_of_many_platforms') -%}
            {%- if not says_itself %}'{{ source }}' as {% endif -%}
            {{ source_column }},
        {% endif -%}
        {{ columns | join(',\n        ') }}
    from {{ conformed }}
    {%- if not loop.last %}

    union all
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}
