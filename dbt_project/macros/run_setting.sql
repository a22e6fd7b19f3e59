{# A setting of the run out of the environment, '' where it has none. It is not read while dbt parses: dbt would keep
   the value, and parse every model that asks for it again once it changes, which the run's instant always does. #}
{% macro run_setting(name) -%}
    {{ return(env_var(name, '') if execute else '') }}
{%- endmacro %}
