{# Whether a posting of the ledger says something else in a column than follows from its order, its entry and the rates
   of today. #}
{% macro is_described_anew(column) -%}
    not {{ is_same('described.' ~ column, 'stored.' ~ column) }}
{%- endmacro %}
