{# Whether the table is there and rows are added to it. A table that is there has other SQL than one that is not, and both
   are compiled before a run, where the run says which it takes. #}
{% macro is_incremental() -%}
    {{ return(run_setting('SHOPHOUSE_COMPILE_INCREMENTAL') != '' or dbt.is_incremental()) }}
{%- endmacro %}
