with fulfillments as (

    select * from {{ ref('stg_shopify__fulfillments') }}

),

fulfillment_lines as (

    select * from {{ ref('stg_shopify__fulfillment_lines') }}

),

refunds as (

    select * from {{ ref('stg_shopify__refunds') }}

),

refund_lines as (

    select * from {{ ref('stg_shopify__refund_lines') }}

),

shipped_lines as (

    select
        fulfillment_lines.store_id,
        fulfillment_lines.fulfillment_line_id,
        fulfillment_lines.order_line_id,
        coalesce(fulfillments.location_id, 'unknown') as location_id,
        fulfillments.created_at as shipped_at,
        fulfillment_lines.quantity
    from fulfillment_lines
    inner join fulfillments
        on
            fulfillment_lines.store_id = fulfillments.store_id
            and fulfillment_lines.fulfillment_id = fulfillments.fulfillment_id
    where fulfillments.fulfillment_status not in ('CANCELLED', 'ERROR', 'FAILURE')

),

line_locations as (

    select
        store_id,
        order_line_id,
        min(location_id) as location_id
    from shipped_lines
    group by store_id, order_line_id

)

select
    store_id,
    order_line_id,
    location_id,
    'sale' as movement_type,
    'fulfillment_line' as source_type,
    fulfillment_line_id as source_id,
    shipped_at as moved_at,
    -quantity as quantity
from shipped_lines

union all

-- Units of a CANCEL restock had never left: Shopify only frees them from the order.
select
    refund_lines.store_id,
    refund_lines.order_line_id,
    coalesce(refund_lines.location_id, line_locations.location_id, 'unknown') as location_id,
    'return' as movement_type,
    'refund_line' as source_type,
    refund_lines.refund_id || '|' || refund_lines.refund_line_id as source_id,
    refunds.created_at as moved_at,
    refund_lines.quantity
from refund_lines
inner join refunds
    on
        refund_lines.store_id = refunds.store_id
        and refund_lines.refund_id = refunds.refund_id
left join line_locations
    on
        refund_lines.store_id = line_locations.store_id
        and refund_lines.order_line_id = line_locations.order_line_id
where
    refund_lines.is_restocked
    and refund_lines.restock_type = 'RETURN'
