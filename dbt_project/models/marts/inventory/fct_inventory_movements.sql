with movements as (

    select * from {{ ref('int_inventory_movements') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

products as (

    select * from {{ ref('int_products') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

receipts as (

    select * from {{ ref('int_purchase_receipts') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

received as (

    select
        store_id,
        'receipt' as movement_type,
        receipt_id || '|' || purchase_order_id || '|' || cast(line_number as {{ dbt.type_string() }}) as source_id,
        accepted_quantity,
        received_value
    from receipts

),

-- A receipt is worth what it cost, landed; all else moves at the average cost of its day.
valued as (

    select
        movements.*,
        stores.currency,
        coalesce(
            {{ money_from_double(safe_divide('received.received_value', 'received.accepted_quantity')) }},
            unit_costs.unit_cost
        ) as unit_cost,
        coalesce(
            received.received_value,
            cast(movements.quantity * unit_costs.unit_cost as decimal(18, 4))
        ) as movement_value
    from movements
    inner join stores
        on movements.store_id = stores.store_id
    left join unit_costs
        on
            movements.store_id = unit_costs.store_id
            and movements.sku = unit_costs.sku
            and movements.movement_date >= unit_costs.valid_from_date
            and movements.movement_date < unit_costs.valid_to_date
    left join received
        on
            movements.store_id = received.store_id
            and movements.movement_type = received.movement_type
            and movements.source_id = received.source_id

),

final as (

    select
        {{ surrogate_key([
            'valued.store_id', 'valued.movement_type', 'valued.source_type', 'valued.source_id'
        ]) }} as movement_key,
        valued.store_id,
        valued.location_id,
        {{ location_key('valued.store_id', 'valued.location_id') }} as location_key,
        valued.sku,
        products.product_key,
        valued.movement_type,
        valued.movement_date,
        valued.moved_at,
        cast(valued.quantity as bigint) as quantity,
        valued.unit_cost,
        valued.movement_value,
        valued.currency,
        {{ to_reporting('valued.movement_value') }} as movement_value_reporting,
        {{ reporting_currency() }} as reporting_currency,
        valued.is_inferred,
        valued.source_type,
        valued.source_id
    from valued
    left join products
        on
            valued.store_id = products.store_id
            and valued.sku = products.sku
            and products.is_primary_for_sku
    left join exchange_rates as rates
        on
            valued.currency = rates.from_currency
            and valued.movement_date = rates.date

)

select
    movement_key,
    store_id,
    location_id,
    location_key,
    sku,
    product_key,
    movement_type,
    movement_date,
    moved_at,
    quantity,
    unit_cost,
    movement_value,
    currency,
    movement_value_reporting,
    reporting_currency,
    is_inferred,
    source_type,
    source_id
from final
{{ in_order(['product_key', 'movement_date']) }}
