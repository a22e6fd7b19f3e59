{{ config(materialized='view') }}

{{ union_of_sources('ad_clicks', source_column='platform', columns=[
    'account_id',
    'account_date',
    'click_id',
    'campaign_id',
    'ad_group_id',
    'device',
]) }}
