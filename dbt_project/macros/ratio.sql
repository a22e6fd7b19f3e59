{# A ratio of a metric table: null where its denominator is below the minimum of its kind in the seed `ratio_bases`. #}
{% macro ratio(numerator, denominator, base) -%}
    case
        when
            {{ denominator }} >= (
                select bases.minimum from {{ ref('ratio_bases') }} as bases where bases.base = '{{ base }}'
            )
            then {{ safe_divide(numerator, denominator) }}
    end
{%- endmacro %}
