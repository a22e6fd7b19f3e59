{{ config(materialized='view') }}

{{ union_of_sources('payments', [
    'store_id', 'order_id', 'payment_id', 'payment_type', 'is_gift_card', 'amount', 'fee_amount',
    'rounding_amount', 'paid_at'
]) }}
