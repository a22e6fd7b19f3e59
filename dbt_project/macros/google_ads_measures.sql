{# The measures that each of Google's reports has. Google leaves out selected metrics that are zero, so on a row that was
   sent a missing metric is zero. #}
{% macro google_ads_measures() -%}
    coalesce(impressions, 0) as impressions,
    coalesce(clicks, 0) as clicks,
    {{ money_from_micros('coalesce(cost_micros, 0)') }} as spend_amount,
    {{ money_from_double('coalesce(conversions, 0)') }} as primary_conversions,
    {{ money_from_double('coalesce(conversions_value, 0)') }} as primary_conversion_value,
    coalesce(view_through_conversions, 0) as view_through_conversions
{%- endmacro %}
