{{ config(materialized='view') }}

{{ union_of_sources('stock_levels', columns=[
    'store_id',
    'location_id',
    'inventory_item_id',
    'snapshot_date',
    'snapshot_at',
    'on_hand_quantity',
    'available_quantity',
    'committed_quantity',
    'reserved_quantity',
    'damaged_quantity',
    'quality_control_quantity',
    'safety_stock_quantity',
    'incoming_quantity',
]) }}
