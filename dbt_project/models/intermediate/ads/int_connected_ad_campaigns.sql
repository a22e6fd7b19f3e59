{{ config(materialized='view') }}

{{ union_of_sources('ad_campaigns', source_column='platform', connected_only=true, columns=[
    'account_id',
    'campaign_id',
]) }}
