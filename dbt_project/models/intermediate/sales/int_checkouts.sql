{{ config(materialized='view') }}

{{ union_of_sources('checkouts', [
    'store_id', 'checkout_id', 'checkout_name', 'customer_id', 'line_count', 'quantity', 'discount_codes',
    'subtotal_amount', 'discount_amount', 'tax_amount', 'total_amount', 'currency', 'started_at', 'completed_at'
]) }}
