{%- set movement_types = [
    'opening', 'receipt', 'sale', 'return', 'transfer_in', 'transfer_out', 'count_adjustment', 'reconciliation_adjustment'
] -%}
{%- set levels = [
    'available', 'committed', 'reserved', 'damaged', 'quality_control', 'safety_stock', 'incoming'
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

stock_levels as (

    select * from {{ ref('int_stock_levels') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

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

stocked as (

    select
        store_id,
        location_id,
        sku,
        min(date) as first_date,
        min(case when movement_type is not null then date end) as first_moved_date,
        max(max(date)) over (partition by store_id) as last_happened_date
    from happenings
    group by
        store_id,
        location_id,
        sku

),

-- A sheet of stock can reach beyond what is known of the store's sales: its days count as known too.
places as (

    select
        stocked.store_id,
        stocked.location_id,
        stocked.sku,
        {{ location_key('stocked.store_id', 'stocked.location_id') }} as location_key,
        products.product_key,
        stocked.first_date,
        stocked.first_moved_date,
        greatest(stores.last_known_date, stocked.last_happened_date) as last_date,
        stores.last_complete_date,
        stores.currency,
        products.launched_on,
        products.retired_date
    from stocked
    inner join stores
        on stocked.store_id = stores.store_id
    left join products
        on
            stocked.store_id = products.store_id
            and stocked.sku = products.sku
            and products.is_primary_for_sku

),

snapshots as (

    select
        stock_levels.store_id,
        stock_levels.location_id,
        products.sku,
        stock_levels.snapshot_date,
        {%- for level in levels %}
            cast(sum(stock_levels.{{ level }}_quantity) as bigint) as {{ level }}_quantity
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from stock_levels
    inner join products
        on
            stock_levels.store_id = products.store_id
            and stock_levels.inventory_item_id = products.inventory_item_id
    group by
        stock_levels.store_id,
        stock_levels.location_id,
        products.sku,
        stock_levels.snapshot_date

),

-- Days in a row with the same levels have the same date, once their number among the days with these is taken off.
numbered_snapshots as (

    select
        *,
        cast(row_number() over (
            partition by
                store_id,
                location_id,
                sku,
                {%- for level in levels %}
                    {{ level }}_quantity
                    {%- if not loop.last %},{% endif %}
                {%- endfor %}
            order by snapshot_date nulls last
        ) as int) as day_number
    from snapshots

),

level_spans as (

    select
        store_id,
        location_id,
        sku,
        {%- for level in levels %}
            {{ level }}_quantity,
        {%- endfor %}
        min(snapshot_date) as from_date,
        max(snapshot_date) as to_date
    from numbered_snapshots
    group by
        store_id,
        location_id,
        sku,
        {%- for level in levels %}
            {{ level }}_quantity,
        {%- endfor %}
        {{ add_days('snapshot_date', '-day_number') }}

),

-- Nothing moves on these days, but something else of a place is not what it was the day before.
borders as (

    select
        store_id,
        location_id,
        sku,
        launched_on as date
    from places

    union all

    select
        store_id,
        location_id,
        sku,
        retired_date as date
    from places

    union all

    select
        store_id,
        location_id,
        sku,
        {{ add_days('last_complete_date', 1) }} as date
    from places

    union all

    select
        places.store_id,
        places.location_id,
        places.sku,
        unit_costs.valid_from_date as date
    from places
    inner join unit_costs
        on
            places.store_id = unit_costs.store_id
            and places.sku = unit_costs.sku

    union all

    select
        store_id,
        location_id,
        sku,
        from_date as date
    from level_spans

    union all

    select
        store_id,
        location_id,
        sku,
        {{ add_days('to_date', 1) }} as date
    from level_spans

),

changes as (

    select * from happenings

    union all

    select
        borders.store_id,
        borders.location_id,
        borders.sku,
        borders.date,
        cast(null as {{ dbt.type_string() }}) as movement_type,
        0 as quantity,
        0 as on_order_change,
        0 as in_transit_change
    from borders
    inner join places
        on
            borders.store_id = places.store_id
            and borders.location_id = places.location_id
            and borders.sku = places.sku
    where
        borders.date > places.first_date
        and borders.date <= places.last_date

),

changed_days as (

    select
        store_id,
        location_id,
        sku,
        date,
        {%- for type in movement_types %}
            cast(coalesce(sum(case when movement_type = '{{ type }}' then quantity end), 0) as bigint)
                as {{ 'initial' if type == 'opening' else type }}_quantity,
        {%- endfor %}
        sum(quantity) as net_quantity,
        sum(on_order_change) as on_order_change,
        sum(in_transit_change) as in_transit_change
    from changes
    group by
        store_id,
        location_id,
        sku,
        date

),

running as (

    select
        *,
        cast(sum(net_quantity) over so_far as bigint) as closing_quantity,
        cast(sum(on_order_change) over so_far as bigint) as on_order_quantity,
        cast(sum(in_transit_change) over so_far as bigint) as in_transit_quantity,
        lead(date) over (partition by store_id, location_id, sku order by date nulls last) as next_date
    from changed_days
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
        coalesce({{ add_days('running.next_date', -1) }}, places.last_date) as to_date,
        places.location_key,
        places.product_key,
        places.currency,
        coalesce(
            running.date >= places.first_moved_date
            and running.date >= coalesce(places.launched_on, places.first_moved_date)
            and (places.retired_date is null or running.date < places.retired_date),
            false
        ) as is_on_sale,
        running.date <= places.last_complete_date as is_complete_day
    from running
    inner join places
        on
            running.store_id = places.store_id
            and running.location_id = places.location_id
            and running.sku = places.sku

),

valued as (

    select
        spans.*,
        unit_costs.unit_cost,
        spans.closing_quantity * unit_costs.unit_cost as stock_value,
        case when spans.sale_quantity = 0 then 0 else -spans.sale_quantity * unit_costs.unit_cost end
            as sale_cost_amount,
        case when spans.return_quantity = 0 then 0 else spans.return_quantity * unit_costs.unit_cost end
            as return_cost_amount
    from spans
    left join unit_costs
        on
            spans.store_id = unit_costs.store_id
            and spans.sku = unit_costs.sku
            and spans.from_date >= unit_costs.valid_from_date
            and spans.from_date < unit_costs.valid_to_date

)

select
    valued.store_id,
    valued.location_id,
    valued.location_key,
    valued.sku,
    valued.product_key,
    valued.from_date,
    valued.to_date,
    cast(valued.closing_quantity - valued.net_quantity as bigint) as opening_quantity,
    valued.initial_quantity,
    valued.receipt_quantity,
    -valued.sale_quantity as sale_quantity,
    valued.return_quantity,
    valued.transfer_in_quantity,
    -valued.transfer_out_quantity as transfer_out_quantity,
    valued.count_adjustment_quantity,
    valued.reconciliation_adjustment_quantity,
    valued.closing_quantity,
    valued.on_order_quantity,
    valued.in_transit_quantity,
    {%- for level in levels %}
        level_spans.{{ level }}_quantity,
    {%- endfor %}
    valued.is_on_sale,
    valued.is_on_sale and valued.closing_quantity <= 0 as is_stockout,
    valued.closing_quantity < 0 as is_negative,
    level_spans.store_id is not null as has_snapshot,
    valued.is_complete_day,
    valued.unit_cost,
    {{ money('valued.stock_value') }} as stock_value,
    {{ money('valued.sale_cost_amount') }} as sale_cost_amount,
    {{ money('valued.return_cost_amount') }} as return_cost_amount,
    valued.currency,
    -- Most spans sell nothing, and nothing needs no rate.
    case when valued.sale_quantity = 0 then 0 else {{ to_reporting('valued.sale_cost_amount') }} end
        as sale_cost_amount_reporting,
    case when valued.return_quantity = 0 then 0 else {{ to_reporting('valued.return_cost_amount') }} end
        as return_cost_amount_reporting,
    {{ reporting_currency() }} as reporting_currency
from valued
left join level_spans
    on
        valued.store_id = level_spans.store_id
        and valued.location_id = level_spans.location_id
        and valued.sku = level_spans.sku
        and valued.from_date between level_spans.from_date and level_spans.to_date
left join exchange_rates as rates
    on
        valued.currency = rates.from_currency
        and valued.from_date = rates.date
