{{ config(materialized='view') }}

{{ union_of_sources('ad_breakdowns', source_column='platform', columns=[
    'account_id',
    'account_date',
    'campaign_id',
    'ad_group_id',
    'breakdown',
    'age_band',
    'gender',
    'country_code',
    'publisher',
    'position',
    'device',
    'impressions',
    'clicks',
    'spend_amount',
    'primary_conversions',
    'primary_conversion_value',
    'is_current',
]) }}
