{{ config(materialized='view') }}

{{ union_of_sources('targets', columns=[
    'metric',
    'period_type',
    'period_start_date',
    'store_id',
    'scope',
    'target_value',
    'currency',
]) }}
