{# Keys that more than one model makes, each said once. Null where what it is the key of may be unknown, and is. #}

{% macro order_key(store_id, order_id) -%}
    {{ surrogate_key([store_id, order_id]) }}
{%- endmacro %}

{% macro order_line_key(store_id, order_line_id) -%}
    case when {{ order_line_id }} is not null then {{ surrogate_key([store_id, order_line_id]) }} end
{%- endmacro %}

{% macro product_key(store_id, variant_id) -%}
    case when {{ variant_id }} is not null then {{ surrogate_key([store_id, variant_id]) }} end
{%- endmacro %}

{# An account, a guest's e-mail or an order of nobody's (`customer_type`), by its own id. #}
{% macro customer_key(store_id, customer_type, identity_id) -%}
    {{ surrogate_key([store_id, customer_type, identity_id]) }}
{%- endmacro %}

{# The member of dim_customer for what no order names a customer of: one a store. #}
{% macro unknown_customer_key(store_id) -%}
    {{ customer_key(store_id, "'unknown'", "''") }}
{%- endmacro %}

{% macro channel_key(channel_id) -%}
    {{ surrogate_key([channel_id]) }}
{%- endmacro %}

{% macro location_key(store_id, location_id) -%}
    {{ surrogate_key([store_id, location_id]) }}
{%- endmacro %}

{% macro supplier_key(supplier_id) -%}
    case when {{ supplier_id }} is not null then {{ surrogate_key([supplier_id]) }} end
{%- endmacro %}

{% macro purchase_order_line_key(purchase_order_id, line_number) -%}
    {{ surrogate_key([purchase_order_id, line_number]) }}
{%- endmacro %}

{% macro campaign_key(platform, account_id, campaign_id) -%}
    case when {{ campaign_id }} is not null then {{ surrogate_key([platform, account_id, campaign_id]) }} end
{%- endmacro %}
