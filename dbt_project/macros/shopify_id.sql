{# The last part of a Shopify global id: gid://shopify/InventoryLevel/12?inventory_item_id=3 gives 12; a bare id stays. #}
{% macro shopify_id(column) -%}
    nullif(split_part(split_part({{ column }}, '?', 1), '/', -1), '')
{%- endmacro %}
