{{ config(materialized='view') }}

{{ union_of_sources('payouts', [
    'store_id', 'payout_id', 'payout_status', 'net_amount', 'currency', 'issued_at'
], 'platform') }}
