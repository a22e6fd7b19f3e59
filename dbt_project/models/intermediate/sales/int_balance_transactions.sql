{{ config(materialized='view') }}

{{ union_of_sources('balance_transactions', [
    'store_id', 'balance_transaction_id', 'payout_id', 'order_id', 'payment_id', 'transaction_type',
    'source_transaction_type', 'adjustment_reason', 'amount', 'fee_amount', 'net_amount', 'currency', 'processed_at'
]) }}
