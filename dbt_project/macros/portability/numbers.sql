{# Quotient as double; null where the divisor is zero or null. #}
{% macro safe_divide(numerator, denominator) -%}
    (cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0))
{%- endmacro %}

{# Continuous percentile of a numeric expression, as double. #}
{% macro percentile(expression, fraction) -%}
    percentile_cont({{ fraction }}) within group (order by cast({{ expression }} as double))
{%- endmacro %}
