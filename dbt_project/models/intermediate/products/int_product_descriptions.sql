{{ config(materialized='view') }}

{{ union_of_sources('product_descriptions', columns=[
    'sku',
    'valid_from_date',
    'product_name',
    'category',
    'subcategory',
    'brand',
    'supplier_id',
    'case_pack',
    'minimum_order_quantity',
    'launched_on',
    'discontinued_on',
    'unit_cost',
    'currency',
    'cost_source',
]) }}
