{{ config(materialized='view') }}

{{ union_of_sources('source_gaps', source_column='source', columns=[
    'account_id',
    'report',
    'subject',
    'first_date',
    'last_date',
    'cause',
    'code',
    'subcode',
    'message',
    'advice',
    'first_tried_at',
    'last_tried_at',
    'closed_at',
]) }}
