{# The member of dim_customer for what no order names a customer of: one a store. #}
{% macro unknown_customer_key(store_id) -%}
    {{ surrogate_key([store_id, "'unknown'", "''"]) }}
{%- endmacro %}
