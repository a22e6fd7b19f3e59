{# The run's date in a time zone. The remark tells from the instant itself, which is another one in every run. #}
{% macro as_of_date(timezone) -%}
    {{ local_date(as_of_timestamp() ~ ' /* its date */', timezone) }}
{%- endmacro %}

{# Whether a local date was over, in its time zone, at the run's instant. #}
{% macro is_complete_day(date, timezone) -%}
    ({{ date }} < {{ as_of_date(timezone) }})
{%- endmacro %}
