{# Money from staging on: DECIMAL(18, 4). Vendors' amounts arrive as DECIMAL(18, 6) and are rounded half away from zero. #}
{% macro money(expression) -%}
    cast({{ expression }} as decimal(18, 4))
{%- endmacro %}

{# An amount in another currency; `from_rates` and `to_rates` are aliases of int_exchange_rates, joined for the amount's
   currency and for the other one. Null where a rate is missing. #}
{% macro to_currency(amount, from_rates, to_rates) -%}
    {%- set from_rate = 'cast(' ~ from_rates ~ '.rate_to_reporting as double)' -%}
    {%- set to_rate = 'cast(' ~ to_rates ~ '.rate_to_reporting as double)' -%}
    cast(round(cast({{ amount }} as double) * {{ from_rate }} / nullif({{ to_rate }}, 0), 4) as decimal(18, 4))
{%- endmacro %}

{# Google's amounts are millionths of the account's currency: multiplied, because a quotient would be a float. #}
{% macro money_from_micros(expression) -%}
    {{ money('cast(cast(' ~ expression ~ ' as decimal(18, 0)) * cast(0.000001 as decimal(6, 6)) as decimal(18, 6))') }}
{%- endmacro %}

{# A sum that is not known where one of its amounts is not: what is left would pass for the whole. #}
{% macro known_sum(amount) -%}
    case when count(*) = count({{ amount }}) then sum({{ amount }}) end
{%- endmacro %}

{# The twin of an amount in the reporting currency; `rates` is the alias of int_exchange_rates, left-joined on
   (currency, date). A missing rate gives null, which the test has_exchange_rates reports.
   An amount in the reporting currency already is taken as it is: wide decimals are slow to multiply and round. #}
{% macro to_reporting(amount, rates='rates') -%}
    case
        when {{ rates }}.rate_to_reporting = 1 then cast({{ amount }} as decimal(18, 4))
        else cast(round(({{ amount }}) * {{ rates }}.rate_to_reporting, 4) as decimal(18, 4))
    end
{%- endmacro %}
