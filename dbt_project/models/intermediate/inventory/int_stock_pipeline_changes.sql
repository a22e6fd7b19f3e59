with stores as (

    select * from {{ ref('int_stores') }}

),

aliases as (

    select * from {{ ref('int_location_aliases') }}

),

purchase_order_lines as (

    select * from {{ ref('int_purchase_order_progress') }}

),

receipts as (

    select * from {{ ref('int_purchase_receipts') }}

),

transfers as (

    select * from {{ ref('int_transfers') }}

),

ordered as (

    select
        store_id,
        location_id,
        sku,
        ordered_date as change_date,
        ordered_quantity as on_order_change,
        0 as in_transit_change
    from purchase_order_lines

),

accepted_so_far as (

    select
        receipts.store_id,
        receipts.location_id,
        receipts.sku,
        receipts.purchase_order_id,
        receipts.line_number,
        receipts.received_at,
        receipts.receipt_id,
        receipts.received_date as change_date,
        purchase_order_lines.ordered_quantity,
        least(
            purchase_order_lines.ordered_quantity,
            sum(receipts.accepted_quantity) over (
                partition by receipts.purchase_order_id, receipts.line_number
                order by receipts.received_at nulls last, receipts.receipt_id nulls last
                rows between unbounded preceding and current row
            )
        ) as filled_quantity
    from receipts
    inner join purchase_order_lines
        on
            receipts.purchase_order_id = purchase_order_lines.purchase_order_id
            and receipts.line_number = purchase_order_lines.line_number

),

-- More than was ordered is stock, but fills no order.
filled as (

    select
        store_id,
        location_id,
        sku,
        change_date,
        coalesce(lag(filled_quantity) over (
            partition by purchase_order_id, line_number
            order by received_at nulls last, receipt_id nulls last
        ), 0) - filled_quantity as on_order_change,
        0 as in_transit_change
    from accepted_so_far

),

-- What a closed order did not bring is awaited no longer.
closed as (

    select
        store_id,
        location_id,
        sku,
        closed_date as change_date,
        -greatest(ordered_quantity - accepted_quantity, 0) as on_order_change,
        0 as in_transit_change
    from purchase_order_lines
    where closed_date is not null

),

shipped as (

    select
        transfers.store_id,
        coalesce(aliases.location_id, 'unknown') as location_id,
        transfers.sku,
        cast(transfers.shipped_local_at as date) as change_date,
        0 as on_order_change,
        transfers.shipped_quantity as in_transit_change
    from transfers
    left join aliases
        on
            transfers.store_id = aliases.store_id
            and transfers.to_location = aliases.alias
    where transfers.shipped_local_at is not null

),

arrived as (

    select
        transfers.store_id,
        coalesce(aliases.location_id, 'unknown') as location_id,
        transfers.sku,
        cast(transfers.received_local_at as date) as change_date,
        0 as on_order_change,
        -transfers.shipped_quantity as in_transit_change
    from transfers
    left join aliases
        on
            transfers.store_id = aliases.store_id
            and transfers.to_location = aliases.alias
    where
        transfers.shipped_local_at is not null
        and transfers.received_local_at is not null
        and transfers.received_quantity is not null

),

changes as (

    select * from ordered

    union all

    select * from filled

    union all

    select * from closed

    union all

    select * from shipped

    union all

    select * from arrived

),

final as (

    select
        changes.store_id,
        changes.location_id,
        changes.sku,
        changes.change_date,
        sum(changes.on_order_change) as on_order_change,
        sum(changes.in_transit_change) as in_transit_change
    from changes
    inner join stores
        on changes.store_id = stores.store_id
    where changes.change_date <= {{ as_of_date('stores.timezone') }}
    group by
        changes.store_id,
        changes.location_id,
        changes.sku,
        changes.change_date
    having
        sum(changes.on_order_change) <> 0
        or sum(changes.in_transit_change) <> 0

)

select * from final
