{{ config(materialized='view') }}

{{ union_of_sources('ad_keyword_measures', source_column='platform', columns=[
    'account_id',
    'account_date',
    'campaign_id',
    'ad_group_id',
    'criterion_id',
    'device',
    'impressions',
    'clicks',
    'spend_amount',
    'primary_conversions',
    'primary_conversion_value',
    'known_from_at',
    'known_until_at',
    'is_current',
]) }}
