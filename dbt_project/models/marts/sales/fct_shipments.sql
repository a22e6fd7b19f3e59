with shipments as (

    select * from {{ ref('int_shipments') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

locations as (

    select * from {{ ref('dim_location') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

dated as (

    select
        shipments.*,
        {{ local_date('shipments.shipped_at', 'stores.timezone') }} as shipped_date,
        {{ local_date('shipments.delivered_at', 'stores.timezone') }} as delivered_date
    from shipments
    inner join stores
        on shipments.store_id = stores.store_id

)

select
    {{ surrogate_key(['dated.store_id', 'dated.shipment_id']) }} as shipment_key,
    dated.store_id,
    dated.shipment_id,
    dated.shipment_name,
    orders.order_key,
    dated.order_id,
    orders.customer_key,
    orders.channel_id,
    orders.country_code,
    locations.location_key,
    dated.shipment_status,
    dated.delivery_status,
    dated.carrier,
    cast(dated.line_count as int) as line_count,
    cast(dated.quantity as int) as quantity,
    orders.order_date,
    dated.shipped_at,
    dated.shipped_date,
    dated.in_transit_at,
    dated.estimated_delivery_at,
    dated.delivered_at,
    dated.delivered_date,
    cast({{ days_between('orders.order_date', 'dated.shipped_date') }} as int) as days_to_ship,
    cast({{ days_between('dated.shipped_date', 'dated.delivered_date') }} as int) as days_in_transit,
    dated.delivered_at > dated.estimated_delivery_at as is_late,
    orders.is_test
from dated
inner join orders
    on
        dated.store_id = orders.store_id
        and dated.order_id = orders.order_id
left join locations
    on
        dated.store_id = locations.store_id
        and dated.location_id = locations.location_id
