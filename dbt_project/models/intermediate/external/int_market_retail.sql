{{ config(materialized='view') }}

{{ union_of_sources('market_retail', columns=[
    'program',
    'month_start_date',
    'category_code',
    'category_name',
    'data_type_code',
    'measure',
    'unit',
    'is_seasonally_adjusted',
    'is_error_measure',
    'is_advance',
    'value',
    'null_code',
    'null_reason',
    'known_from_at',
    'known_until_at',
    'is_current',
]) }}
