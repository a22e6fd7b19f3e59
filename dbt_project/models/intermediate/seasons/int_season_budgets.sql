{{ config(materialized='view') }}

{{ union_of_sources('season_budgets', columns=[
    'season_id',
    'budget_category',
    'budget_subcategory',
    'planned_amount',
    'currency',
]) }}
