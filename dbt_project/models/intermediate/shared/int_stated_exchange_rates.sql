{{ config(materialized='view') }}

{{ union_of_sources('stated_exchange_rates', source_column='source', columns=[
    'from_currency',
    'to_currency',
    'valid_from_date',
    'rate'
]) }}
