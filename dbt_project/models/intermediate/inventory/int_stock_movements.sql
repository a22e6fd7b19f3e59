{{ config(materialized='view') }}

{{ union_of_sources('stock_movements', columns=[
    'store_id',
    'order_line_id',
    'location_id',
    'movement_type',
    'source_type',
    'source_id',
    'moved_at',
    'quantity',
]) }}
