{{ config(materialized='view') }}

{{ union_of_sources('web_visitors', source_column='analytics', columns=[
    'property_id',
    'visit_date',
    'session_count',
    'user_count',
    'active_user_count',
    'new_user_count',
    'is_complete_day',
    'is_partial_answer',
]) }}
