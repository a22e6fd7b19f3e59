{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('stg_files__orders') }}

),

-- A file names currency and time zone row by row: the shop's own are those of most of its rows.
settings as (

    select
        store_id,
        currency,
        timezone,
        coalesce(prices_include_tax, false) as taxes_included,
        count(*) as row_count,
        cast(max(ordered_at) as date) as last_order_date,
        max(case when entry_type = 'return' then 1 else 0 end) as tells_returns
    from orders
    group by
        store_id,
        currency,
        timezone,
        coalesce(prices_include_tax, false)

),

main_settings as (

    select
        store_id,
        currency,
        timezone,
        taxes_included,
        max(last_order_date) over (partition by store_id) as last_order_date,
        max(tells_returns) over (partition by store_id) = 0 as has_unknown_returns
    from settings
    qualify row_number() over (
        partition by store_id
        order by
            row_count desc nulls last,
            currency asc nulls last,
            timezone asc nulls last,
            taxes_included asc nulls last
    ) = 1

)

select
    store_id,
    store_id as store_name,
    currency,
    coalesce(timezone, 'UTC') as timezone,
    taxes_included,
    'files' as platform,
    false as is_connected,
    cast(null as timestamp) as read_until,
    last_order_date,
    has_unknown_returns
from main_settings
