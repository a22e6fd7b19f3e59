{# Columns of the ledger that hold no money: what the order is today, and what follows from the posting itself. They are
   brought up to date in place, where money would be posted. #}
{% macro ledger_descriptions() -%}
    {{ return([
        'channel_id', 'customer_key', 'country_code', 'is_sold', 'is_returned', 'is_cancelled', 'is_charged',
        'is_first_posting'
    ]) }}
{%- endmacro %}
