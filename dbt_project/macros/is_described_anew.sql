{# Whether a posting of the ledger says something else in a column than follows from its order and its entry today. #}
{% macro is_described_anew(column) -%}
    not {{ is_same('described.' ~ column, 'posted.' ~ column) }}
{%- endmacro %}
