{{ config(materialized='view') }}

{{ union_of_sources('areas', columns=[
    'area_level',
    'area_code',
    'area_name',
    'country_code',
    'vintage_year',
    'population',
    'population_moe',
    'households',
    'households_moe',
    'median_household_income_amount',
    'median_household_income_moe_amount',
    'currency',
    'median_age',
    'median_age_moe',
    'occupied_units',
    'occupied_units_moe',
    'owner_occupied_units',
    'owner_occupied_units_moe',
    'null_reasons',
    'median_limits',
]) }}
