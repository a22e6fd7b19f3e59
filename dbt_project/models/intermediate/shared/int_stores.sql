with shops as (

    select * from {{ ref('stg_shopify__shops') }}

),

shopify_orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

file_orders as (

    select * from {{ ref('stg_files__orders') }}

),

last_shopify_orders as (

    select
        store_id,
        max(coalesce(processed_at, created_at)) as last_ordered_at
    from shopify_orders
    group by store_id

),

-- A file names currency and time zone row by row: the shop's own are those of most of its rows.
file_store_settings as (

    select
        store_id,
        currency,
        timezone,
        coalesce(prices_include_tax, false) as taxes_included,
        count(*) as row_count,
        cast(max(ordered_at) as date) as last_order_date
    from file_orders
    group by
        store_id,
        currency,
        timezone,
        coalesce(prices_include_tax, false)

),

file_stores as (

    select
        store_id,
        currency,
        timezone,
        taxes_included,
        max(last_order_date) over (partition by store_id) as last_order_date
    from file_store_settings
    qualify row_number() over (
        partition by store_id
        order by
            row_count desc nulls last,
            currency asc nulls last,
            timezone asc nulls last,
            taxes_included asc nulls last
    ) = 1

),

stores as (

    select
        shops.store_id,
        shops.store_name,
        shops.currency,
        shops.timezone,
        shops.taxes_included,
        'shopify' as platform,
        shops.read_until,
        {{ local_date('last_shopify_orders.last_ordered_at', 'shops.timezone') }} as last_order_date
    from shops
    left join last_shopify_orders
        on shops.store_id = last_shopify_orders.store_id

    union all

    select
        file_stores.store_id,
        file_stores.store_id as store_name,
        file_stores.currency,
        coalesce(file_stores.timezone, 'UTC') as timezone,
        file_stores.taxes_included,
        'files' as platform,
        cast(null as timestamp) as read_until,
        file_stores.last_order_date
    from file_stores
    left join shops
        on file_stores.store_id = shops.store_id
    where shops.store_id is null

),

days as (

    select
        *,
        {{ add_days(as_of_date('timezone'), -1) }} as yesterday,
        coalesce({{ add_days(local_date('read_until', 'timezone'), -1) }}, last_order_date) as last_read_date,
        -- A load reads every store or none, so one that the last load passed over was left out on purpose.
        coalesce(read_until < max(read_until) over (), false) as is_left_out
    from stores

),

completed as (

    select
        *,
        case
            when is_left_out then yesterday
            else least(coalesce(last_read_date, yesterday), yesterday)
        end as last_complete_date
    from days

)

select
    store_id,
    store_name,
    currency,
    timezone,
    taxes_included,
    platform,
    read_until,
    last_complete_date,
    greatest(
        last_complete_date,
        least(
            coalesce({{ local_date('read_until', 'timezone') }}, last_order_date, yesterday),
            {{ as_of_date('timezone') }}
        )
    ) as last_known_date
from completed
