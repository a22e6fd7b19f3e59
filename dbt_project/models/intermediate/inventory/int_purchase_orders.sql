{{ config(materialized='view') }}

{{ union_of_sources('purchase_orders', columns=[
    'purchase_order_id',
    'supplier_id',
    'store_id',
    'location',
    'ordered_date',
    'expected_date',
    'purchase_order_status',
    'currency',
]) }}
