{{ config(materialized='view') }}

{{ union_of_sources('competitor_prices', columns=[
    'competitor',
    'sku',
    'observed_date',
    'price',
    'currency',
    'is_in_stock',
    'url',
]) }}
