{{ config(materialized='view') }}

{{ union_of_sources('purchase_order_lines', columns=[
    'purchase_order_id',
    'line_number',
    'sku',
    'ordered_quantity',
    'unit_cost',
]) }}
