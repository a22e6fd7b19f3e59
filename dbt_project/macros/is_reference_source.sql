{# Whether a source of exchange rates is a bank, whose rates stand in where no file states one. #}
{% macro is_reference_source(source) -%}
    {{ source }} in ('{{ var('reference_rate_sources') | join("', '") }}')
{%- endmacro %}
