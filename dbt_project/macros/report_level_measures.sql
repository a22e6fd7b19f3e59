{# The figures of one report level of a platform that reports account, campaign and ad alike. Reach cannot be added up, so
   it stands where people were counted: at the ad. #}
{% macro report_level_measures(report_level, relation, link_clicks) -%}
    {%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
    {%- set is_ad = report_level == 'ad' -%}
    select
        account_id,
        account_date,
        {{ no_text if report_level == 'account' else 'campaign_id' }} as campaign_id,
        {{ 'ad_group_id' if is_ad else no_text }} as ad_group_id,
        {{ 'ad_id' if is_ad else no_text }} as ad_id,
        {{ no_text }} as device,
        '{{ report_level }}' as report_level,
        {{ 'false' if is_ad else 'true' }} as is_detailed,
        {{ 'true' if is_ad else 'false' }} as has_claims,
        impressions,
        {{ 'reach' if is_ad else 'cast(null as bigint)' }} as reach,
        clicks,
        {{ link_clicks }} as link_clicks,
        video_views,
        cast(null as bigint) as engagements,
        spend_amount,
        cast(null as decimal(18, 4)) as primary_conversions,
        cast(null as decimal(18, 4)) as primary_conversion_value,
        cast(null as bigint) as view_through_conversions,
        known_from_at,
        known_until_at,
        is_current
    from {{ relation }}
{%- endmacro %}
