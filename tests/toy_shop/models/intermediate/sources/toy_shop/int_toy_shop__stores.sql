with shops as (

    select * from {{ ref('stg_toy_shop__shops') }}

)

select
    store_id,
    store_name,
    currency,
    timezone,
    false as taxes_included,
    'toy_shop' as platform,
    true as is_connected,
    read_until,
    cast(null as date) as last_order_date,
    false as has_unknown_returns
from shops
