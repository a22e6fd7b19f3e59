{{ config(materialized='view') }}

{{ union_of_sources('purchase_order_receipts', columns=[
    'receipt_id',
    'purchase_order_id',
    'line_number',
    'received_local_at',
    'received_quantity',
    'rejected_quantity',
]) }}
