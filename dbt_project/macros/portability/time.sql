{# Time. Timestamps are naive and mean UTC; both engines run with a UTC session. #}

{# A naive UTC timestamp of a column that carries a time zone. #}
{% macro utc_timestamp(column) -%}
    {{ return(adapter.dispatch('utc_timestamp')(column)) }}
{%- endmacro %}

{# By way of microseconds: timezone('UTC', ...) asks a calendar for every row, at twenty times the cost. #}
{% macro duckdb__utc_timestamp(column) -%}
    make_timestamp(epoch_us(cast({{ column }} as timestamp with time zone)))
{%- endmacro %}

{% macro spark__utc_timestamp(column) -%}
    cast({{ column }} as timestamp)
{%- endmacro %}

{# Wall-clock time in a time zone of a naive UTC timestamp. #}
{% macro local_timestamp(timestamp, timezone) -%}
    {{ return(adapter.dispatch('local_timestamp')(timestamp, timezone)) }}
{%- endmacro %}

{% macro duckdb__local_timestamp(timestamp, timezone) -%}
    {{ target.database }}.state.local_timestamp({{ timestamp }}, {{ timezone }})
{%- endmacro %}

{% macro spark__local_timestamp(timestamp, timezone) -%}
    from_utc_timestamp({{ timestamp }}, {{ timezone }})
{%- endmacro %}

{# Business date: the date on the clock of a time zone. #}
{% macro local_date(timestamp, timezone) -%}
    cast({{ local_timestamp(timestamp, timezone) }} as date)
{%- endmacro %}

{# Naive UTC timestamp of a wall-clock time in a time zone. #}
{% macro utc_from_local(timestamp, timezone) -%}
    {{ return(adapter.dispatch('utc_from_local')(timestamp, timezone)) }}
{%- endmacro %}

{% macro duckdb__utc_from_local(timestamp, timezone) -%}
    make_timestamp(epoch_us(timezone({{ timezone }}, {{ timestamp }})))
{%- endmacro %}

{% macro spark__utc_from_local(timestamp, timezone) -%}
    to_utc_timestamp({{ timestamp }}, {{ timezone }})
{%- endmacro %}

{# Seconds since 1970-01-01 of a naive UTC timestamp. #}
{% macro epoch_seconds(timestamp) -%}
    {{ return(adapter.dispatch('epoch_seconds')(timestamp)) }}
{%- endmacro %}

{% macro duckdb__epoch_seconds(timestamp) -%}
    cast(floor(epoch({{ timestamp }})) as bigint)
{%- endmacro %}

{% macro spark__epoch_seconds(timestamp) -%}
    unix_timestamp({{ timestamp }})
{%- endmacro %}

{# Hours from one timestamp to a later one, with fractions. #}
{% macro hours_between(start, end) -%}
    (({{ epoch_seconds(end) }} - {{ epoch_seconds(start) }}) / cast(3600 as double))
{%- endmacro %}

{# Whole days from one date to a later one. #}
{% macro days_between(start, end) -%}
    cast({{ dbt.datediff(start, end, 'day') }} as bigint)
{%- endmacro %}

{# A date some days later (a date, on both engines). #}
{% macro add_days(date, days) -%}
    cast({{ dbt.dateadd('day', days, date) }} as date)
{%- endmacro %}

{# A date some months later. #}
{% macro add_months(date, months) -%}
    cast({{ dbt.dateadd('month', months, date) }} as date)
{%- endmacro %}

{# First day of a date's week (Monday), month, quarter or year. #}
{% macro first_day_of(part, date) -%}
    cast({{ dbt.date_trunc(part, date) }} as date)
{%- endmacro %}

{# 1 (Monday) to 7 (Sunday). #}
{% macro iso_day_of_week(date) -%}
    {{ return(adapter.dispatch('iso_day_of_week')(date)) }}
{%- endmacro %}

{% macro duckdb__iso_day_of_week(date) -%}
    cast(isodow({{ date }}) as int)
{%- endmacro %}

{% macro spark__iso_day_of_week(date) -%}
    cast(weekday({{ date }}) + 1 as int)
{%- endmacro %}

{# ISO 8601 week of the year, 1 to 53. #}
{% macro iso_week(date) -%}
    {{ return(adapter.dispatch('iso_week')(date)) }}
{%- endmacro %}

{% macro duckdb__iso_week(date) -%}
    cast(week({{ date }}) as int)
{%- endmacro %}

{% macro spark__iso_week(date) -%}
    cast(weekofyear({{ date }}) as int)
{%- endmacro %}

{# The year that a date's ISO week belongs to. #}
{% macro iso_year(date) -%}
    {{ return(adapter.dispatch('iso_year')(date)) }}
{%- endmacro %}

{% macro duckdb__iso_year(date) -%}
    cast(isoyear({{ date }}) as int)
{%- endmacro %}

{% macro spark__iso_year(date) -%}
    cast(extract(yearofweek from {{ date }}) as int)
{%- endmacro %}

{# English name of a date's weekday. #}
{% macro day_name(date) -%}
    {{ return(adapter.dispatch('day_name')(date)) }}
{%- endmacro %}

{% macro duckdb__day_name(date) -%}
    dayname({{ date }})
{%- endmacro %}

{% macro spark__day_name(date) -%}
    date_format({{ date }}, 'EEEE')
{%- endmacro %}

{# English name of a date's month. #}
{% macro month_name(date) -%}
    {{ return(adapter.dispatch('month_name')(date)) }}
{%- endmacro %}

{% macro duckdb__month_name(date) -%}
    monthname({{ date }})
{%- endmacro %}

{% macro spark__month_name(date) -%}
    date_format({{ date }}, 'MMMM')
{%- endmacro %}
