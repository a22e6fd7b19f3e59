{%- set movement_types = [
    'opening', 'receipt', 'sale', 'return', 'transfer_in', 'transfer_out', 'count_adjustment', 'reconciliation_adjustment'
] -%}
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

happenings as (

    select
        store_id,
        location_id,
        sku,
        movement_date as date,
        movement_type,
        quantity,
        0 as on_order_change,
        0 as in_transit_change
    from movements

    union all

    select
        store_id,
        location_id,
        sku,
        change_date as date,
        cast(null as {{ dbt.type_string() }}) as movement_type,
        0 as quantity,
        cast(on_order_change as int) as on_order_change,
        cast(in_transit_change as int) as in_transit_change
    from pipeline_changes

),

eventful_days as (

    select
        store_id,
        location_id,
        sku,
        date,
        max(case when movement_type is not null then date end) as moved_date,
        {%- for type in movement_types %}
            cast(coalesce(sum(quantity) filter (where movement_type = '{{ type }}'), 0) as int)
                as {{ type }}{{ '_movement' if type == 'opening' else '' }}_quantity, -- noqa: LT05
        {%- endfor %}
        cast(sum(quantity) as int) as net_quantity,
        cast(sum(on_order_change) as int) as on_order_change,
        cast(sum(in_transit_change) as int) as in_transit_change
    from happenings
    group by
        store_id,
        location_id,
        sku,
        date

),

-- What is there changes on eventful days only, so the running sums are taken there and hold until the next one.
running as (

    select
        *,
        cast(sum(net_quantity) over so_far as int) as closing_quantity,
        cast(sum(on_order_change) over so_far as int) as on_order_quantity,
        cast(sum(in_transit_change) over so_far as int) as in_transit_quantity,
        min(moved_date) over so_far as first_moved_date,
        lead(date) over (partition by store_id, location_id, sku order by date nulls last) as next_date
    from eventful_days
    window so_far as (
        partition by store_id, location_id, sku
        order by date nulls last
        rows between unbounded preceding and current row
    )

),

spans as (

    select
        running.*,
        running.date as from_date,
        coalesce({{ add_days('running.next_date', -1) }}, {{ as_of_date('stores.timezone') }}) as to_date,
        {{ as_of_date('stores.timezone') }} as last_date,
        stores.last_complete_date,
        stores.currency,
        {{ surrogate_key(['running.store_id', 'running.location_id']) }} as location_key,
        case
            when products.variant_id is not null
                then {{ surrogate_key(['running.store_id', 'products.variant_id']) }}
        end as product_key,
        products.launched_on,
        products.retired_date
    from running
    inner join stores
        on running.store_id = stores.store_id
    left join products
        on
            running.store_id = products.store_id
            and running.sku = products.sku
            and products.is_primary_for_sku

),

-- A day without a row is a day without a movement, not a missing day.
days as (

    {{ explode_dates('spans', 'from_date', 'to_date', 'day') }}

),

stocked_skus as (

    select
        store_id,
        sku,
        min(from_date) as first_date,
        max(last_date) as last_date
    from spans
    group by
        store_id,
        sku

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

flows as (

    select
        days.store_id,
        days.location_id,
        days.location_key,
        days.sku,
        days.product_key,
        days.day as date,
        days.last_complete_date,
        days.currency,
        {%- for type in movement_types %}
            {%- set column = type ~ ('_movement' if type == 'opening' else '') ~ '_quantity' %}
            case when days.day = days.from_date then days.{{ column }} else 0 end as {{ column }},
        {%- endfor %}
        case
            when days.day = days.from_date then days.closing_quantity - days.net_quantity
            else days.closing_quantity
        end as opening_quantity,
        days.closing_quantity,
        days.on_order_quantity,
        days.in_transit_quantity,
        days.first_moved_date is not null
        and days.day >= coalesce(days.launched_on, days.first_moved_date)
        and (days.retired_date is null or days.day < days.retired_date) as is_on_sale
    from days

),

valued as (

    select
        flows.*,
        daily_costs.unit_cost,
        flows.closing_quantity * daily_costs.unit_cost as stock_value,
        case when flows.sale_quantity = 0 then 0 else -flows.sale_quantity * daily_costs.unit_cost end
            as sale_cost_amount,
        case when flows.return_quantity = 0 then 0 else flows.return_quantity * daily_costs.unit_cost end
            as return_cost_amount
    from flows
    left join daily_costs
        on
            flows.store_id = daily_costs.store_id
            and flows.sku = daily_costs.sku
            and flows.date = daily_costs.date

)

select
    valued.store_id,
    valued.location_id,
    valued.location_key,
    valued.sku,
    valued.product_key,
    valued.date,
    cast(valued.opening_quantity as bigint) as opening_quantity,
    cast(valued.opening_movement_quantity as bigint) as initial_quantity,
    cast(valued.receipt_quantity as bigint) as receipt_quantity,
    cast(-valued.sale_quantity as bigint) as sale_quantity,
    cast(valued.return_quantity as bigint) as return_quantity,
    cast(valued.transfer_in_quantity as bigint) as transfer_in_quantity,
    cast(-valued.transfer_out_quantity as bigint) as transfer_out_quantity,
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
    valued.date <= valued.last_complete_date as is_complete_day,
    valued.unit_cost,
    cast(valued.stock_value as decimal(18, 4)) as stock_value,
    cast(valued.sale_cost_amount as decimal(18, 4)) as sale_cost_amount,
    cast(valued.return_cost_amount as decimal(18, 4)) as return_cost_amount,
    valued.currency,
    {{ to_reporting('valued.stock_value') }} as stock_value_reporting,
    -- Most days sell nothing, and nothing needs no rate.
    case when valued.sale_quantity = 0 then 0 else {{ to_reporting('valued.sale_cost_amount') }} end
        as sale_cost_amount_reporting,
    case when valued.return_quantity = 0 then 0 else {{ to_reporting('valued.return_cost_amount') }} end
        as return_cost_amount_reporting,
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
