{# Margin of error of a proportion whose numerator is part of its denominator; where the root would be of a negative
   number, the formula for a ratio (U.S. Census Bureau, Understanding and Using ACS Data, 2020, chapter 8). #}
{% macro proportion_margin_of_error(part, part_moe, total, total_moe) -%}
    {%- set proportion = safe_divide(part, total) -%}
    {%- set part_variance = 'power(cast(' ~ part_moe ~ ' as double), 2)' -%}
    {%- set total_variance = 'power(' ~ proportion ~ ' * cast(' ~ total_moe ~ ' as double), 2)' -%}
    sqrt(
        case
            when {{ part_variance }} >= {{ total_variance }} then {{ part_variance }} - {{ total_variance }}
            else {{ part_variance }} + {{ total_variance }}
        end
    ) / nullif(cast({{ total }} as double), 0)
{%- endmacro %}
