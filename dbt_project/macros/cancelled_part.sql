{# The units of a sale that had not left are an entry beside the sale's own, of which only the id tells in the ledger:
   one column more would ask for a new ledger, without what the old one has corrected. #}
{% macro cancelled_part_of(sale_id) -%}
    {{ sale_id }} || '-cancelled'
{%- endmacro %}

{% macro is_cancelled_part(source_entry_id) -%}
    {{ source_entry_id }} like '%-cancelled'
{%- endmacro %}
