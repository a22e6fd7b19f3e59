{%- set windows = [30, 90, 365] -%}
{%- set summed = [
    'sale_quantity', 'receipt_quantity', 'cogs_amount', 'cogs_amount_reporting', 'stock_value', 'stock_value_reporting',
    'on_sale_sku_count', 'stockout_sku_count'
] -%}
{%- set quantities = [
    'opening', 'initial', 'receipt', 'sale', 'return', 'transfer_in', 'transfer_out', 'count_adjustment',
    'reconciliation_adjustment', 'closing', 'available', 'committed', 'reserved', 'damaged', 'incoming', 'on_order',
    'in_transit'
] -%}
with inventory_daily as (

    select * from {{ ref('fct_inventory_daily') }}

),

products as (

    select * from {{ ref('dim_product') }}

),

locations as (

    select * from {{ ref('dim_location') }}

),

-- Sales of a day without stock say nothing about demand: such days count neither as sales nor as days.
-- The current day is not over yet and counts for no trailing window.
observed_to_date as (

    select
        store_id,
        location_id,
        sku,
        date,
        cast(sum(
            case when is_complete_day and is_on_sale and not is_stockout then sale_quantity else 0 end
        ) over place as bigint) as observed_sales_to_date,
        cast(sum(
            case when is_complete_day and is_on_sale and not is_stockout then 1 else 0 end
        ) over place as bigint) as observed_days_to_date
    from inventory_daily
    window place as (
        partition by store_id, location_id, sku
        order by date
        rows between unbounded preceding and current row
    )

),

-- Rows are dense, so 30 rows back is 30 days back.
velocities as (

    select
        store_id,
        location_id,
        sku,
        date,
        {%- for window in [30, 90] %}
        {{ safe_divide(
            'observed_sales_to_date - coalesce(lag(observed_sales_to_date, ' ~ window ~ ') over place, 0)',
            'observed_days_to_date - coalesce(lag(observed_days_to_date, ' ~ window ~ ') over place, 0)'
        ) }} as velocity_{{ window }}d
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from observed_to_date
    window place as (partition by store_id, location_id, sku order by date)

),

sku_groups as (

    select distinct
        inventory_daily.store_id,
        inventory_daily.sku,
        coalesce(products.category, 'Uncategorised') as category,
        coalesce(products.brand, 'No brand') as brand,
        coalesce(products.supplier_id, 'No supplier') as supplier_id
    from inventory_daily
    left join products
        on inventory_daily.product_key = products.product_key

),

demand as (

    select
        velocities.store_id,
        velocities.location_id,
        sku_groups.category,
        sku_groups.brand,
        sku_groups.supplier_id,
        velocities.date,
        sum(velocities.velocity_30d) as daily_demand_30d,
        sum(velocities.velocity_90d) as daily_demand_90d
    from velocities
    inner join sku_groups
        on
            velocities.store_id = sku_groups.store_id
            and velocities.sku = sku_groups.sku
    group by
        velocities.store_id,
        velocities.location_id,
        sku_groups.category,
        sku_groups.brand,
        sku_groups.supplier_id,
        velocities.date

),

stock as (

    select
        inventory_daily.store_id,
        inventory_daily.location_id,
        inventory_daily.location_key,
        sku_groups.category,
        sku_groups.brand,
        sku_groups.supplier_id,
        inventory_daily.date,
        inventory_daily.currency,
        inventory_daily.reporting_currency,
        inventory_daily.is_complete_day,
        count(*) as sku_count,
        {%- for quantity in quantities %}
        cast(sum(inventory_daily.{{ quantity }}_quantity) as bigint) as {{ quantity }}_quantity,
        {%- endfor %}
        sum(inventory_daily.stock_value) as stock_value,
        sum(inventory_daily.stock_value_reporting) as stock_value_reporting,
        sum(inventory_daily.sale_cost_amount - inventory_daily.return_cost_amount) as cogs_amount,
        sum(inventory_daily.sale_cost_amount_reporting - inventory_daily.return_cost_amount_reporting)
            as cogs_amount_reporting,
        cast(sum(case when inventory_daily.is_on_sale then 1 else 0 end) as bigint) as on_sale_sku_count,
        cast(sum(case when inventory_daily.is_stockout then 1 else 0 end) as bigint) as stockout_sku_count,
        cast(sum(case when inventory_daily.is_negative then 1 else 0 end) as bigint) as negative_sku_count,
        cast(sum(case when inventory_daily.unit_cost is null then 1 else 0 end) as bigint) as uncosted_sku_count
    from inventory_daily
    inner join sku_groups
        on
            inventory_daily.store_id = sku_groups.store_id
            and inventory_daily.sku = sku_groups.sku
    group by
        inventory_daily.store_id,
        inventory_daily.location_id,
        inventory_daily.location_key,
        sku_groups.category,
        sku_groups.brand,
        sku_groups.supplier_id,
        inventory_daily.date,
        inventory_daily.currency,
        inventory_daily.reporting_currency,
        inventory_daily.is_complete_day

),

grouped as (

    select
        stock.*,
        demand.daily_demand_30d,
        demand.daily_demand_90d
    from stock
    inner join demand
        on
            stock.store_id = demand.store_id
            and stock.location_id = demand.location_id
            and stock.category = demand.category
            and stock.brand = demand.brand
            and stock.supplier_id = demand.supplier_id
            and stock.date = demand.date

),

to_date as (

    select
        *,
        {%- for measure in summed %}
        sum(case when is_complete_day then coalesce({{ measure }}, 0) else 0 end) over place as {{ measure }}_to_date,
        {%- endfor %}
        sum(case when is_complete_day then 1 else 0 end) over place as days_to_date
    from grouped
    window place as (
        partition by store_id, location_id, category, brand, supplier_id
        order by date
        rows between unbounded preceding and current row
    )

),

windowed as (

    select
        *
        {%- for window in windows %}
        {%- for measure in summed %},
        {{ measure }}_to_date - coalesce(lag({{ measure }}_to_date, {{ window }}) over place, 0)
            as {{ measure }}_{{ window }}d
        {%- endfor %},
        days_to_date - coalesce(lag(days_to_date, {{ window }}) over place, 0) as window_days_{{ window }}d
        {%- endfor %}
    from to_date
    window place as (partition by store_id, location_id, category, brand, supplier_id order by date)

)

select
    windowed.store_id,
    windowed.location_id,
    windowed.location_key,
    locations.location_name,
    windowed.category,
    windowed.brand,
    windowed.supplier_id,
    windowed.date,
    windowed.is_complete_day,
    windowed.sku_count,
    windowed.on_sale_sku_count,
    windowed.stockout_sku_count,
    windowed.negative_sku_count,
    windowed.uncosted_sku_count,
    {{ safe_divide('windowed.stockout_sku_count', 'windowed.on_sale_sku_count') }} as stockout_rate,
    windowed.opening_quantity,
    windowed.initial_quantity,
    windowed.receipt_quantity,
    windowed.sale_quantity,
    windowed.return_quantity,
    windowed.transfer_in_quantity,
    windowed.transfer_out_quantity,
    windowed.count_adjustment_quantity,
    windowed.reconciliation_adjustment_quantity,
    windowed.closing_quantity as on_hand_quantity,
    windowed.available_quantity,
    windowed.committed_quantity,
    windowed.reserved_quantity,
    windowed.damaged_quantity,
    windowed.incoming_quantity,
    windowed.on_order_quantity,
    windowed.in_transit_quantity,
    cast(windowed.stock_value as decimal(18, 4)) as stock_value,
    cast(windowed.cogs_amount as decimal(18, 4)) as cogs_amount,
    windowed.currency,
    cast(windowed.stock_value_reporting as decimal(18, 4)) as stock_value_reporting,
    cast(windowed.cogs_amount_reporting as decimal(18, 4)) as cogs_amount_reporting,
    windowed.reporting_currency,
    windowed.daily_demand_30d,
    windowed.daily_demand_90d,
    {{ safe_divide('greatest(windowed.closing_quantity, 0)', 'windowed.daily_demand_30d') }} as days_of_inventory_30d,
    {{ safe_divide('greatest(windowed.closing_quantity, 0)', 'windowed.daily_demand_90d') }} as days_of_inventory_90d
    {%- for window in windows %},
    cast(windowed.window_days_{{ window }}d as int) as window_days_{{ window }}d,
    cast(windowed.sale_quantity_{{ window }}d as bigint) as sale_quantity_{{ window }}d,
    cast(windowed.receipt_quantity_{{ window }}d as bigint) as receipt_quantity_{{ window }}d,
    cast(windowed.cogs_amount_{{ window }}d as decimal(18, 4)) as cogs_amount_{{ window }}d,
    cast(windowed.cogs_amount_reporting_{{ window }}d as decimal(18, 4)) as cogs_amount_reporting_{{ window }}d,
    cast(windowed.stock_value_{{ window }}d as decimal(18, 4)) as stock_value_days_{{ window }}d,
    cast(windowed.stock_value_reporting_{{ window }}d as decimal(18, 4)) as stock_value_days_reporting_{{ window }}d,
    cast(windowed.on_sale_sku_count_{{ window }}d as bigint) as on_sale_sku_days_{{ window }}d,
    cast(windowed.stockout_sku_count_{{ window }}d as bigint) as stockout_sku_days_{{ window }}d,
    {{ safe_divide(
        'windowed.cogs_amount_' ~ window ~ 'd * windowed.window_days_' ~ window ~ 'd',
        'windowed.stock_value_' ~ window ~ 'd'
    ) }} as turnover_ratio_{{ window }}d,
    100 * {{ safe_divide(
        'windowed.sale_quantity_' ~ window ~ 'd', 'windowed.receipt_quantity_' ~ window ~ 'd'
    ) }} as sell_through_pct_{{ window }}d,
    {{ safe_divide(
        'windowed.sale_quantity_' ~ window ~ 'd', 'windowed.window_days_' ~ window ~ 'd'
    ) }} as average_daily_sale_quantity_{{ window }}d,
    {{ safe_divide(
        'windowed.stockout_sku_count_' ~ window ~ 'd', 'windowed.on_sale_sku_count_' ~ window ~ 'd'
    ) }} as stockout_rate_{{ window }}d
    {%- endfor %}
from windowed
left join locations
    on windowed.location_key = locations.location_key
