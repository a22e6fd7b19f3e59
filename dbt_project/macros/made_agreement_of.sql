{# Id of the agreement that an order or a refund makes where Shopify has none. #}
{% macro made_agreement_of(what, id) -%}
    '{{ what }} ' || {{ id }}
{%- endmacro %}
