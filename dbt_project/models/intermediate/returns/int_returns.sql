{{ config(materialized='view') }}

{{ union_of_sources('returns', [
    'store_id', 'return_id', 'return_name', 'return_status', 'requested_at', 'approved_at', 'closed_at',
    'return_shipping_fee_amount', 'exchange_quantity'
]) }}
