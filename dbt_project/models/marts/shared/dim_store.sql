with stores as (

    select * from {{ ref('int_stores') }}

)

select
    store_id,
    store_name,
    platform as shop_platform,
    currency,
    timezone,
    taxes_included,
    read_until,
    last_complete_date,
    last_known_date,
    {{ reporting_currency() }} as reporting_currency
from stores
