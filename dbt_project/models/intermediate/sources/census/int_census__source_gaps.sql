select
    account_id,
    report,
    case
        when report is null then 'everything'
        when report = 'eits_retail' then 'retail'
        when report = 'acs_zcta' then 'areas'
        else 'structure'
    end as subject,
    first_date,
    last_date,
    cause,
    code,
    subcode,
    message,
    advice,
    first_tried_at,
    last_tried_at,
    closed_at
from {{ ref('stg_census__gaps') }}
