with shops as (

    select * from {{ ref('stg_shopify__shops') }}

),

file_orders as (

    select * from {{ ref('stg_files__orders') }}

),

-- A file names currency and time zone row by row: the shop's own are those of most of its rows.
file_store_settings as (

    select
        store_id,
        currency,
        timezone,
        coalesce(prices_include_tax, false) as taxes_included,
        count(*) as row_count
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
        taxes_included
    from file_store_settings
    qualify row_number() over (
        partition by store_id
        order by row_count desc, currency asc nulls last, timezone asc nulls last, taxes_included asc
    ) = 1

),

final as (

    select
        store_id,
        store_name,
        currency,
        timezone,
        taxes_included,
        'shopify' as platform
    from shops

    union all

    select
        file_stores.store_id,
        file_stores.store_id as store_name,
        file_stores.currency,
        coalesce(file_stores.timezone, 'UTC') as timezone,
        file_stores.taxes_included,
        'files' as platform
    from file_stores
    left join shops
        on file_stores.store_id = shops.store_id
    where shops.store_id is null

)

select * from final
