{{ config(materialized='view') }}

{{ union_of_sources('ad_conversions', source_column='platform', columns=[
    'account_id',
    'account_date',
    'campaign_id',
    'ad_id',
    'report_level',
    'action_name',
    'action_category',
    'attribution_window',
    'conversions',
    'all_conversions',
    'conversion_value',
    'has_platform_conversions',
    'known_from_at',
    'known_until_at',
    'is_current',
]) }}
