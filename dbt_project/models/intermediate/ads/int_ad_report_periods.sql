{{ config(materialized='view') }}

{{ union_of_sources('ad_report_periods', source_column='platform', columns=[
    'account_id',
    'first_date',
    'last_date',
    'read_at',
]) }}
