{# Money from staging on: DECIMAL(18, 4). Vendors' amounts arrive as DECIMAL(18, 6) and are rounded half away from zero.
   A double goes by money_from_double. #}
{% macro money(expression) -%}
    cast({{ expression }} as decimal(18, 4))
{%- endmacro %}

{# Money out of a double, by way of more decimals: at a half the engines round a double each in its own way, and a
   decimal alike. #}
{% macro money_from_double(expression) -%}
    {{ money('cast(' ~ expression ~ ' as decimal(28, 10))') }}
{%- endmacro %}

{# An amount in another currency; `from_rates` and `to_rates` are aliases of int_exchange_rates, joined for the amount's
   currency and for the other one. Null where a rate is missing. #}
{% macro to_currency(amount, from_rates, to_rates) -%}
    {%- set from_rate = 'cast(' ~ from_rates ~ '.rate_to_reporting as double)' -%}
    {%- set to_rate = 'cast(' ~ to_rates ~ '.rate_to_reporting as double)' -%}
    {{ money_from_double('cast(' ~ amount ~ ' as double) * ' ~ from_rate ~ ' / nullif(' ~ to_rate ~ ', 0)') }}
{%- endmacro %}

{# A quantity times an amount of one unit, both DECIMAL(18, 4). DuckDB keeps the product of two decimals of 18 digits in 18,
   eight of them decimals, and refuses ten thousand million; with one digit more in one of them it has 37. #}
{% macro times(quantity, unit_amount) -%}
    cast({{ quantity }} as decimal(19, 4)) * {{ unit_amount }}
{%- endmacro %}

{# Google's amounts are millionths of the account's currency: multiplied, because a quotient would be a float. #}
{% macro money_from_micros(expression) -%}
    {{ money('cast(cast(' ~ expression ~ ' as decimal(18, 0)) * cast(0.000001 as decimal(6, 6)) as decimal(18, 6))') }}
{%- endmacro %}

{# A sum that is not known where one of its amounts is not: what is left would pass for the whole. #}
{% macro known_sum(amount) -%}
    case when count(*) = count({{ amount }}) then sum({{ amount }}) end
{%- endmacro %}

{# The same of the rows that a condition selects; 0 where it selects none. #}
{% macro known_sum_where(condition, amount) -%}
    case
        when count(case when {{ condition }} and {{ amount }} is null then 1 end) = 0
            then sum(case when {{ condition }} then {{ amount }} else 0 end)
    end
{%- endmacro %}

{# A running sum that is not known from the first amount on that is not. #}
{% macro known_sum_over(amount, window) -%}
    case when count(*) over {{ window }} = count({{ amount }}) over {{ window }} then sum({{ amount }}) over {{ window }} end
{%- endmacro %}

{# The currency of a group's rows; null where they are of more than one, or of one that is not known. #}
{% macro only_currency(currency='currency') -%}
    case when count(*) = count({{ currency }}) and min({{ currency }}) = max({{ currency }}) then max({{ currency }}) end
{%- endmacro %}

{# The twin of an amount in the reporting currency; `rates` is the alias of int_exchange_rates, left-joined on
   (currency, date). A missing rate gives null, which the test has_exchange_rates reports.
   An amount in the reporting currency already is taken as it is: wide decimals are slow to multiply and round. The rate
   is narrowed so that the product fits 38 digits: what does not fit loses decimals, each engine in its own way. #}
{% macro to_reporting(amount, rates='rates') -%}
    case
        when {{ rates }}.rate_to_reporting = 1 then {{ money(amount) }}
        else {{ money(money(amount) ~ ' * cast(' ~ rates ~ '.rate_to_reporting as decimal(19, 10))') }}
    end
{%- endmacro %}

{# The currency of every _reporting amount. #}
{% macro reporting_currency() -%}
    (select currency_of_run.reporting_currency from {{ ref('int_reporting_currency') }} as currency_of_run)
{%- endmacro %}
