{# A return reason as the seed of reasons writes it: size_too_small and "Size too small" are size-too-small. #}
{% macro reason_handle(column) -%}
    lower(replace(replace({{ column }}, '_', '-'), ' ', '-'))
{%- endmacro %}
