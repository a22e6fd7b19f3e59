{{ config(materialized='view') }}

{{ union_of_sources('ad_creatives', source_column='platform', columns=[
    'account_id',
    'ad_group_id',
    'ad_id',
    'headline',
    'body_text',
    'ad_format',
    'call_to_action',
    'landing_url',
]) }}
