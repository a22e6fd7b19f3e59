{{ config(materialized='view') }}

{{ union_of_sources('web_events', source_column='analytics', columns=[
    'property_id',
    'visit_date',
    'event_name',
    'event_count',
    'user_count',
    'event_value',
    'is_complete_day',
    'is_partial_answer',
]) }}
