with store_days as (

    select * from {{ ref('int_store_days') }}

)

select
    store_id,
    date,
    is_complete_day,
    currency,
    rate_to_reporting,
    reporting_currency
from store_days
