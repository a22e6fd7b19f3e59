{# A number for the columns as text, joined by '|'. Null counts as empty text, so columns of a key should not be null. #}
{% macro surrogate_key(columns) -%}
    {%- set as_text = [] -%}
    {%- for column in columns -%}
        {%- do as_text.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '')") -%}
    {%- endfor -%}
    {{ hash_number(as_text | join(" || '|' || ")) }}
{%- endmacro %}
