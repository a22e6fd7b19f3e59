with stores as (

    select * from {{ ref('int_stores') }}

),

aliases as (

    select * from {{ ref('int_location_aliases') }}

),

purchase_orders as (

    select * from {{ ref('int_purchase_orders') }}

),

purchase_order_lines as (

    select * from {{ ref('int_purchase_order_lines') }}

),

receipts as (

    select * from {{ ref('int_purchase_receipts') }}

),

received as (

    select
        purchase_order_id,
        line_number,
        sum(received_quantity) as received_quantity,
        sum(rejected_quantity) as rejected_quantity,
        sum(accepted_quantity) as accepted_quantity,
        {{ known_sum('received_value') }} as received_value,
        {{ known_sum('received_value_reporting') }} as received_value_reporting,
        {{ known_sum('landed_cost_amount') }} as landed_cost_amount,
        min(received_date) as first_received_date,
        max(received_date) as last_received_date,
        count(*) as receipt_count,
        sum(accepted_quantity * {{ epoch_seconds('cast(received_date as timestamp)') }} / 86400) as weighted_day_number
    from receipts
    group by purchase_order_id, line_number

),

received_by_order as (

    select
        purchase_order_id,
        max(received_date) as last_received_date
    from receipts
    group by purchase_order_id

),

final as (

    select
        purchase_order_lines.purchase_order_id,
        purchase_order_lines.line_number,
        purchase_orders.store_id,
        coalesce(aliases.location_id, 'unknown') as location_id,
        purchase_orders.supplier_id,
        purchase_order_lines.sku,
        purchase_orders.purchase_order_status,
        purchase_orders.ordered_date,
        purchase_orders.expected_date,
        received.first_received_date,
        received.last_received_date,
        -- Nothing more is awaited once the order is closed; a cancelled order without receipts was never awaited.
        case
            when purchase_orders.purchase_order_status in ('received', 'cancelled')
                then coalesce(
                        received.last_received_date,
                        case
                            when purchase_orders.purchase_order_status = 'received'
                                then received_by_order.last_received_date
                        end,
                        purchase_orders.ordered_date
                    )
        end as closed_date,
        coalesce(received.receipt_count, 0) as receipt_count,
        purchase_order_lines.ordered_quantity,
        coalesce(received.received_quantity, 0) as received_quantity,
        coalesce(received.rejected_quantity, 0) as rejected_quantity,
        coalesce(received.accepted_quantity, 0) as accepted_quantity,
        case
            when purchase_orders.purchase_order_status in ('received', 'cancelled') then 0
            else greatest(purchase_order_lines.ordered_quantity - coalesce(received.accepted_quantity, 0), 0)
        end as open_quantity,
        {{ safe_divide('received.weighted_day_number', 'received.accepted_quantity') }}
        - {{ epoch_seconds('cast(purchase_orders.ordered_date as timestamp)') }} / 86400 as average_lead_time_days,
        purchase_order_lines.unit_cost,
        purchase_orders.currency as order_currency,
        received.received_value,
        received.landed_cost_amount,
        stores.currency,
        received.received_value_reporting,
        {{ as_of_date('stores.timezone') }} as as_of_date
    from purchase_order_lines
    inner join purchase_orders
        on purchase_order_lines.purchase_order_id = purchase_orders.purchase_order_id
    inner join stores
        on purchase_orders.store_id = stores.store_id
    left join aliases
        on
            purchase_orders.store_id = aliases.store_id
            and purchase_orders.location = aliases.alias
    left join received
        on
            purchase_order_lines.purchase_order_id = received.purchase_order_id
            and purchase_order_lines.line_number = received.line_number
    left join received_by_order
        on purchase_order_lines.purchase_order_id = received_by_order.purchase_order_id
    where purchase_orders.ordered_date <= {{ as_of_date('stores.timezone') }}

)

select * from final
