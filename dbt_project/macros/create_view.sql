{# A view of the published database names its tables by schema, without the database: it answers in every copy of the
   file, under whatever name the copy is opened or attached. The contract is checked before, from outside the file. #}
{% macro duckdb__create_view_as(relation, sql) -%}
    {%- if config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif %}
    {%- if relation.database != target.database -%}
        {%- set sql = sql | replace(relation.include(schema=false, identifier=false).render() ~ '.', '') -%}
    {%- endif %}
    create view {{ relation }} as (
        {{ sql }}
    );
{%- endmacro %}
