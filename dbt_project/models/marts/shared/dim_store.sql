with stores as (

    select * from {{ ref('int_stores') }}

),

readings as (

    select * from {{ ref('int_store_readings') }}

),

last_day as (

    select * from {{ ref('int_last_complete_date') }}

)

select
    stores.store_id,
    stores.store_name,
    stores.platform as shop_platform,
    stores.currency,
    stores.timezone,
    stores.taxes_included,
    stores.has_unknown_returns,
    readings.read_until,
    stores.last_complete_date,
    stores.last_known_date,
    last_day.last_complete_date as all_stores_last_complete_date,
    {{ reporting_currency() }} as reporting_currency
from stores
left join readings
    on stores.store_id = readings.store_id
cross join last_day
