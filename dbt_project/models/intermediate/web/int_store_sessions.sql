{{ config(materialized='view') }}

{{ union_of_sources('store_sessions', [
    'store_id', 'visit_date', 'referrer_source', 'session_count', 'visitor_count', 'cart_session_count',
    'checkout_session_count', 'completed_session_count'
], 'platform') }}
