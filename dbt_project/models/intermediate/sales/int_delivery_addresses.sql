{{ config(materialized='view') }}

{{ union_of_sources('delivery_addresses', ['store_id', 'order_id', 'country_code', 'province_code', 'postal_code']) }}
