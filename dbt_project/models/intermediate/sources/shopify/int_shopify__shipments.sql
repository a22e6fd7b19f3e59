with fulfillments as (

    select * from {{ ref('stg_shopify__fulfillments') }}

),

fulfillment_lines as (

    select * from {{ ref('stg_shopify__fulfillment_lines') }}

),

lines_by_shipment as (

    select
        store_id,
        fulfillment_id,
        count(*) as line_count,
        sum(quantity) as quantity
    from fulfillment_lines
    group by
        store_id,
        fulfillment_id

)

select
    fulfillments.store_id,
    fulfillments.fulfillment_id as shipment_id,
    fulfillments.fulfillment_name as shipment_name,
    fulfillments.order_id,
    fulfillments.location_id,
    case fulfillments.fulfillment_status
        when 'SUCCESS' then 'sent'
        else lower(fulfillments.fulfillment_status)
    end as shipment_status,
    lower(fulfillments.display_status) as delivery_status,
    fulfillments.tracking_company as carrier,
    coalesce(lines_by_shipment.line_count, 0) as line_count,
    coalesce(lines_by_shipment.quantity, fulfillments.total_quantity) as quantity,
    fulfillments.created_at as shipped_at,
    fulfillments.in_transit_at,
    fulfillments.estimated_delivery_at,
    fulfillments.delivered_at
from fulfillments
left join lines_by_shipment
    on
        fulfillments.store_id = lines_by_shipment.store_id
        and fulfillments.fulfillment_id = lines_by_shipment.fulfillment_id
