with movements as (

    select * from {{ ref('int_inventory_movements') }}

),

pipeline_changes as (

    select * from {{ ref('int_stock_pipeline_changes') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

products as (

    select * from {{ ref('int_products') }}

),

inventory_levels as (

    select * from {{ ref('stg_shopify__inventory_levels') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

moved as (

    select
        store_id,
        location_id,
        sku,
        movement_date as date,
        coalesce(sum(quantity) filter (where movement_type = 'opening'), 0) as initial_quantity,
        coalesce(sum(quantity) filter (where movement_type = 'receipt'), 0) as receipt_quantity,
        -coalesce(sum(quantity) filter (where movement_type = 'sale'), 0) as sale_quantity,
        coalesce(sum(quantity) filter (where movement_type = 'return'), 0) as return_quantity,
        coalesce(sum(quantity) filter (where movement_type = 'transfer_in'), 0) as transfer_in_quantity,
        -coalesce(sum(quantity) filter (where movement_type = 'transfer_out'), 0) as transfer_out_quantity,
        coalesce(sum(quantity) filter (where movement_type = 'count_adjustment'), 0) as count_adjustment_quantity,
        coalesce(sum(quantity) filter (where movement_type = 'reconciliation_adjustment'), 0)
            as reconciliation_adjustment_quantity,
        sum(quantity) as net_quantity
    from movements
    group by
        store_id,
        location_id,
        sku,
        movement_date

),

happenings as (

    select
        store_id,
        location_id,
        sku,
        date,
        date as moved_date
    from moved

    union all

    select
        store_id,
        location_id,
        sku,
        change_date as date,
        cast(null as date) as moved_date
    from pipeline_changes

),

stocked_places as (

    select
        happenings.store_id,
        happenings.location_id,
        happenings.sku,
        {{ surrogate_key(['happenings.store_id', 'happenings.location_id']) }} as location_key,
        stores.currency,
        {{ as_of_date('stores.timezone') }} as last_date,
        min(happenings.date) as first_date,
        min(happenings.moved_date) as first_moved_date
    from happenings
    inner join stores
        on happenings.store_id = stores.store_id
    group by
        happenings.store_id,
        happenings.location_id,
        happenings.sku,
        stores.currency,
        stores.timezone

),

described_places as (

    select
        stocked_places.*,
        case
            when products.variant_id is not null
                then {{ surrogate_key(['stocked_places.store_id', 'products.variant_id']) }}
        end as product_key,
        products.launched_on,
        products.retired_date
    from stocked_places
    left join products
        on
            stocked_places.store_id = products.store_id
            and stocked_places.sku = products.sku
            and products.is_primary_for_sku

),

-- A day without a row is a day without a movement, not a missing day.
days as (

    {{ explode_dates('described_places', 'first_date', 'last_date', 'date') }}

),

snapshots as (

    select
        inventory_levels.store_id,
        inventory_levels.location_id,
        products.sku,
        inventory_levels.snapshot_date,
        cast(sum(inventory_levels.available_quantity) as bigint) as available_quantity,
        cast(sum(inventory_levels.committed_quantity) as bigint) as committed_quantity,
        cast(sum(inventory_levels.reserved_quantity) as bigint) as reserved_quantity,
        cast(sum(inventory_levels.damaged_quantity) as bigint) as damaged_quantity,
        cast(sum(inventory_levels.quality_control_quantity) as bigint) as quality_control_quantity,
        cast(sum(inventory_levels.safety_stock_quantity) as bigint) as safety_stock_quantity,
        cast(sum(inventory_levels.incoming_quantity) as bigint) as incoming_quantity
    from inventory_levels
    inner join products
        on
            inventory_levels.store_id = products.store_id
            and inventory_levels.inventory_item_id = products.inventory_item_id
    group by
        inventory_levels.store_id,
        inventory_levels.location_id,
        products.sku,
        inventory_levels.snapshot_date

),

stocked_skus as (

    select
        store_id,
        sku,
        last_date,
        min(first_date) as first_date
    from stocked_places
    group by
        store_id,
        sku,
        last_date

),

cost_spans as (

    select
        stocked_skus.store_id,
        stocked_skus.sku,
        unit_costs.unit_cost,
        greatest(unit_costs.valid_from_date, stocked_skus.first_date) as from_date,
        least({{ add_days('unit_costs.valid_to_date', -1) }}, stocked_skus.last_date) as to_date
    from stocked_skus
    inner join unit_costs
        on
            stocked_skus.store_id = unit_costs.store_id
            and stocked_skus.sku = unit_costs.sku
            and stocked_skus.last_date >= unit_costs.valid_from_date
            and stocked_skus.first_date < unit_costs.valid_to_date

),

daily_costs as (

    {{ explode_dates('cost_spans', 'from_date', 'to_date', 'date') }}

),

balanced as (

    select
        days.store_id,
        days.location_id,
        days.location_key,
        days.sku,
        days.product_key,
        days.date,
        days.last_date,
        days.currency,
        days.first_moved_date,
        days.launched_on,
        days.retired_date,
        coalesce(moved.initial_quantity, 0) as initial_quantity,
        coalesce(moved.receipt_quantity, 0) as receipt_quantity,
        coalesce(moved.sale_quantity, 0) as sale_quantity,
        coalesce(moved.return_quantity, 0) as return_quantity,
        coalesce(moved.transfer_in_quantity, 0) as transfer_in_quantity,
        coalesce(moved.transfer_out_quantity, 0) as transfer_out_quantity,
        coalesce(moved.count_adjustment_quantity, 0) as count_adjustment_quantity,
        coalesce(moved.reconciliation_adjustment_quantity, 0) as reconciliation_adjustment_quantity,
        coalesce(moved.net_quantity, 0) as net_quantity,
        sum(coalesce(moved.net_quantity, 0)) over place as closing_quantity,
        sum(coalesce(pipeline_changes.on_order_change, 0)) over place as on_order_quantity,
        sum(coalesce(pipeline_changes.in_transit_change, 0)) over place as in_transit_quantity
    from days
    left join moved
        on
            days.store_id = moved.store_id
            and days.location_id = moved.location_id
            and days.sku = moved.sku
            and days.date = moved.date
    left join pipeline_changes
        on
            days.store_id = pipeline_changes.store_id
            and days.location_id = pipeline_changes.location_id
            and days.sku = pipeline_changes.sku
            and days.date = pipeline_changes.change_date
    window place as (
        partition by days.store_id, days.location_id, days.sku
        order by days.date
        rows between unbounded preceding and current row
    )

),

valued as (

    select
        balanced.*,
        balanced.closing_quantity - balanced.net_quantity as opening_quantity,
        balanced.first_moved_date is not null
        and balanced.date >= balanced.first_moved_date
        and balanced.date >= coalesce(balanced.launched_on, balanced.first_moved_date)
        and (balanced.retired_date is null or balanced.date < balanced.retired_date) as is_on_sale,
        daily_costs.unit_cost,
        cast(balanced.closing_quantity * daily_costs.unit_cost as decimal(18, 4)) as stock_value,
        cast(balanced.sale_quantity * daily_costs.unit_cost as decimal(18, 4)) as sale_cost_amount,
        cast(balanced.return_quantity * daily_costs.unit_cost as decimal(18, 4)) as return_cost_amount
    from balanced
    left join daily_costs
        on
            balanced.store_id = daily_costs.store_id
            and balanced.sku = daily_costs.sku
            and balanced.date = daily_costs.date

)

select
    valued.store_id,
    valued.location_id,
    valued.location_key,
    valued.sku,
    valued.product_key,
    valued.date,
    cast(valued.opening_quantity as bigint) as opening_quantity,
    cast(valued.initial_quantity as bigint) as initial_quantity,
    cast(valued.receipt_quantity as bigint) as receipt_quantity,
    cast(valued.sale_quantity as bigint) as sale_quantity,
    cast(valued.return_quantity as bigint) as return_quantity,
    cast(valued.transfer_in_quantity as bigint) as transfer_in_quantity,
    cast(valued.transfer_out_quantity as bigint) as transfer_out_quantity,
    cast(valued.count_adjustment_quantity as bigint) as count_adjustment_quantity,
    cast(valued.reconciliation_adjustment_quantity as bigint) as reconciliation_adjustment_quantity,
    cast(valued.closing_quantity as bigint) as closing_quantity,
    cast(valued.on_order_quantity as bigint) as on_order_quantity,
    cast(valued.in_transit_quantity as bigint) as in_transit_quantity,
    snapshots.available_quantity,
    snapshots.committed_quantity,
    snapshots.reserved_quantity,
    snapshots.damaged_quantity,
    snapshots.quality_control_quantity,
    snapshots.safety_stock_quantity,
    snapshots.incoming_quantity,
    valued.is_on_sale,
    valued.is_on_sale and valued.closing_quantity <= 0 as is_stockout,
    valued.closing_quantity < 0 as is_negative,
    snapshots.store_id is not null as has_snapshot,
    valued.date < valued.last_date as is_complete_day,
    valued.unit_cost,
    valued.stock_value,
    valued.sale_cost_amount,
    valued.return_cost_amount,
    valued.currency,
    {{ to_reporting('valued.stock_value') }} as stock_value_reporting,
    {{ to_reporting('valued.sale_cost_amount') }} as sale_cost_amount_reporting,
    {{ to_reporting('valued.return_cost_amount') }} as return_cost_amount_reporting,
    reporting_currency.reporting_currency
from valued
cross join reporting_currency
left join snapshots
    on
        valued.store_id = snapshots.store_id
        and valued.location_id = snapshots.location_id
        and valued.sku = snapshots.sku
        and valued.date = snapshots.snapshot_date
left join exchange_rates as rates
    on
        valued.currency = rates.from_currency
        and valued.date = rates.date
