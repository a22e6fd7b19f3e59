{# A model's schema is the one its layer names (staging, marts, metrics, decisions ...): no target prefix. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ target.schema if custom_schema_name is none else custom_schema_name | trim }}
{%- endmacro %}
