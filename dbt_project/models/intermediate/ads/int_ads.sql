{{ config(materialized='view') }}

{{ union_of_sources('ads', source_column='platform', columns=[
    'account_id',
    'campaign_id',
    'ad_group_id',
    'ad_id',
    'ad_name',
]) }}
