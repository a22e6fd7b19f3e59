{{ config(materialized='view') }}

{{ union_of_sources('ad_accounts', source_column='platform', columns=[
    'account_id',
    'account_name',
    'currency',
    'timezone',
]) }}
