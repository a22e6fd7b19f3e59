{{ config(materialized='view') }}

{{ union_of_sources('touchpoints', [
    'store_id', 'order_id', 'touchpoint_id', 'occurred_at', 'source', 'source_type', 'landing_page', 'utm_source',
    'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'
]) }}
