{{ config(materialized='view') }}

{{ union_of_sources('transfers', columns=[
    'transfer_id',
    'store_id',
    'sku',
    'from_location',
    'to_location',
    'shipped_quantity',
    'received_quantity',
    'shipped_local_at',
    'received_local_at',
]) }}
