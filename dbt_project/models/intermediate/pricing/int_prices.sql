{{ config(materialized='view') }}

{{ union_of_sources('prices', columns=[
    'store_id',
    'variant_id',
    'sku',
    'seen_at',
    'valid_from_date',
    'price',
    'compare_at_price',
    'currency',
    'price_source',
]) }}
