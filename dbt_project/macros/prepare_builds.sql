{# Before any model: what models ask the build database for. Other engines need nothing. #}
{% macro prepare_builds() -%}
    {{ return(adapter.dispatch('prepare_builds')()) }}
{%- endmacro %}

{% macro default__prepare_builds() -%}
{%- endmacro %}

{# Wall-clock time in a time zone of an instant. A run that knows the shops' zones puts a macro in this one's place that has
   them as constants: for a zone out of a column DuckDB makes a calendar anew for every row. #}
{% macro duckdb__prepare_builds() -%}
    create schema if not exists {{ target.database }}.state;
    create macro if not exists {{ target.database }}.state.local_timestamp(instant, zone) as
        timezone(zone, make_timestamptz(epoch_us(instant)));
{%- endmacro %}
