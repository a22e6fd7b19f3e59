{{ config(materialized='view') }}

{{ union_of_sources('season_milestones', columns=[
    'season_id',
    'milestone_id',
    'milestone_name',
    'due_date',
    'completed_date',
    'owner',
    'depends_on_milestone_id',
]) }}
