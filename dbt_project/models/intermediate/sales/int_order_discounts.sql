{{ config(materialized='view') }}

{{ union_of_sources('order_discounts', [
    'store_id', 'order_id', 'discount_number', 'discount_type', 'discount_code', 'discount_name', 'discounted',
    'discount_rate', 'fixed_amount', 'fixed_amount_currency', 'line_count', 'discount_amount'
]) }}
