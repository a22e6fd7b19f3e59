{{ config(materialized='view') }}

{{ union_of_sources('promotions', source_column='source', columns=[
    'promotion_id',
    'store_id',
    'promotion_name',
    'promotion_type',
    'discount_code',
    'discount_rate',
    'discount_amount',
    'currency',
    'category',
    'sku',
    'start_date',
    'end_date',
    'is_planned',
]) }}
