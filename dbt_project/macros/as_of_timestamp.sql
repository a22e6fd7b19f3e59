{# The run's instant as a naive UTC timestamp literal. The clock is read by dbt (run_started_at), once per invocation,
   and only where neither the variable nor SHOPHOUSE_AS_OF names an instant. A bare date means 12:00 UTC. #}
{% macro as_of_timestamp() -%}
    {%- set given = (var('as_of', '') or run_setting('SHOPHOUSE_AS_OF')) | string -%}
    {%- if given == '' -%}
        {%- set instant = run_started_at -%}
    {%- elif given | length == 10 -%}
        {%- set instant = modules.datetime.datetime.fromisoformat(given ~ 'T12:00:00') -%}
    {%- else -%}
        {%- set instant = modules.datetime.datetime.fromisoformat(given | replace('Z', '+00:00')) -%}
    {%- endif -%}
    {%- if instant.tzinfo is not none -%}
        {%- set instant = instant.astimezone(modules.pytz.utc) -%}
    {%- endif -%}
    cast('{{ instant.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp)
{%- endmacro %}
