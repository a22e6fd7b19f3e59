{{ config(materialized='view') }}

{{ union_of_sources('ad_search_terms', source_column='platform', columns=[
    'account_id',
    'account_date',
    'campaign_id',
    'ad_group_id',
    'search_term',
    'search_term_status',
    'impressions',
    'clicks',
    'spend_amount',
    'primary_conversions',
    'primary_conversion_value',
    'is_current',
]) }}
