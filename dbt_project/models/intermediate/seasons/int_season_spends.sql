{{ config(materialized='view') }}

{{ union_of_sources('season_spends', columns=[
    'spend_id',
    'season_id',
    'budget_category',
    'budget_subcategory',
    'spend_status',
    'spend_amount',
    'currency',
    'spend_date',
]) }}
