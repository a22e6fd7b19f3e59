{# Money from staging on: DECIMAL(18, 4). Vendors' amounts arrive as DECIMAL(24, 6) and are rounded half away from zero. #}
{% macro money(expression) -%}
    cast({{ expression }} as decimal(18, 4))
{%- endmacro %}

{# Google's amounts are millionths of the account's currency. #}
{% macro money_from_micros(expression) -%}
    cast(cast({{ expression }} as decimal(28, 6)) / 1000000 as decimal(18, 4))
{%- endmacro %}

{# The twin of an amount in the reporting currency; `rates` is the alias of int_exchange_rates, left-joined on
   (currency, date). A missing rate gives null, which assert_no_missing_exchange_rates reports. #}
{% macro to_reporting(amount, rates='rates') -%}
    cast(round({{ amount }} * {{ rates }}.rate_to_reporting, 4) as decimal(18, 4))
{%- endmacro %}
