{{ config(materialized='view') }}

{{ union_of_sources('suppliers', columns=[
    'supplier_id',
    'supplier_name',
    'country_code',
    'currency',
    'agreed_lead_time_days',
    'payment_terms',
]) }}
