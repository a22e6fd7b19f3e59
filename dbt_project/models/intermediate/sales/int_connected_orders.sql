{{ config(materialized='view') }}

{{ union_of_sources('orders', connected_only=true, columns=[
    'store_id',
    'order_id',
    'order_name',
]) }}
