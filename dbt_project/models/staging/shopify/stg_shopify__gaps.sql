select
    gap_id,
    account_id,
    report,
    first_day as first_date,
    last_day as last_date,
    cause,
    code,
    subcode,
    message,
    advice,
    {{ utc_timestamp('first_tried_at') }} as first_tried_at,
    {{ utc_timestamp('last_tried_at') }} as last_tried_at,
    {{ utc_timestamp('closed_at') }} as closed_at
from {{ source('shopify', 'gaps') }}
