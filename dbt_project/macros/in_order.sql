{# Rows in the order of some columns, to end a table's last select with: equal values that follow each other take little
   room in the file, and hashed keys take much where they do not. #}
{% macro in_order(columns) -%}
    order by {{ columns | join(' nulls last, ') }} nulls last
{%- endmacro %}
