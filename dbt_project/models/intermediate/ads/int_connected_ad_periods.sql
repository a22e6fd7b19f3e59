{{ config(materialized='view') }}

{{ union_of_sources('ad_report_periods', source_column='platform', connected_only=true, columns=[
    'account_id',
    'first_date',
    'last_date',
    'read_at',
]) }}
