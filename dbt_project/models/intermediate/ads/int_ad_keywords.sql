{{ config(materialized='view') }}

{{ union_of_sources('ad_keywords', source_column='platform', columns=[
    'account_id',
    'ad_group_id',
    'criterion_id',
    'keyword_text',
    'match_type',
    'status',
    'quality_score',
    'cpc_bid_amount',
]) }}
