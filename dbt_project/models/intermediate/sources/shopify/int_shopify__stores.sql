{{ config(materialized='view') }}

with shops as (

    select * from {{ ref('stg_shopify__shops') }}

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

last_orders as (

    select
        store_id,
        max(coalesce(processed_at, created_at)) as last_ordered_at
    from orders
    group by store_id

)

select
    shops.store_id,
    shops.store_name,
    shops.currency,
    shops.timezone,
    shops.taxes_included,
    'shopify' as platform,
    true as is_connected,
    shops.read_until,
    {{ local_date('last_orders.last_ordered_at', 'shops.timezone') }} as last_order_date,
    false as has_unknown_returns
from shops
left join last_orders
    on shops.store_id = last_orders.store_id
