{{ config(materialized='view') }}

{{ union_of_sources('landed_costs', columns=[
    'purchase_order_id',
    'amount',
    'currency',
]) }}
