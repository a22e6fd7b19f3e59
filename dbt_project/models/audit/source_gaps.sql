with gaps as (

    select * from {{ ref('int_source_gaps') }}

)

select
    {{ surrogate_key(['source', 'account_id', 'report', 'first_date', 'last_date']) }} as source_gap_key,
    source,
    account_id,
    report,
    subject,
    first_date,
    last_date,
    cause,
    code,
    subcode,
    message,
    advice,
    first_tried_at,
    last_tried_at,
    closed_at,
    closed_at is null as is_open
from gaps
