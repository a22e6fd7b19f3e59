{# What names the stock of a SKU at a location among stated totals. #}
{% macro stock_entity(location_id, sku) -%}
    {{ sku }} || ' at ' || {{ location_id }}
{%- endmacro %}
