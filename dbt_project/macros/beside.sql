{# Another table of a table's schema. #}
{% macro beside(table, name) -%}
    {{ return(table.incorporate(path={'identifier': name})) }}
{%- endmacro %}
