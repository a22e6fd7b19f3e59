{{ config(materialized='view') }}

{{ union_of_sources('stock_counts', columns=[
    'count_id',
    'store_id',
    'location',
    'sku',
    'counted_local_at',
    'counted_quantity',
    'system_quantity',
    'count_reason',
]) }}
