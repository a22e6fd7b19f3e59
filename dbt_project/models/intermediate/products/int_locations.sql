{{ config(materialized='view') }}

{{ union_of_sources('locations', columns=[
    'store_id',
    'location_id',
    'location_name',
    'location_source',
    'known_by',
    'is_active',
    'is_fulfillment_service',
    'fulfills_online_orders',
    'city',
    'province_code',
    'country_code',
    'created_at',
    'deactivated_at',
]) }}
