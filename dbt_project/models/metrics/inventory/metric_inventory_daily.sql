{%- set windows = [30, 90, 365] -%}
{%- set summed = [
    'sale_quantity', 'receipt_quantity', 'cogs_amount', 'cogs_amount_reporting', 'stock_value', 'stock_value_reporting',
    'on_sale_sku_count', 'stockout_sku_count'
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
observed as (

    select
        *,
        is_complete_day and is_on_sale and not is_stockout as is_demand_observed
    from inventory_daily

),

demand_to_date as (

    select
        *,
        sum(case when is_demand_observed then sale_quantity else 0 end) over place as observed_sales_to_date,
        sum(case when is_demand_observed then 1 else 0 end) over place as observed_days_to_date
    from observed
    window place as (
        partition by store_id, location_id, sku
        order by date
        rows between unbounded preceding and current row
    )

),

-- Rows are dense, so 30 rows back is 30 days back.
demand as (

    select
        *,
        {%- for window in [30, 90] %}
        {{ safe_divide(
            'observed_sales_to_date - coalesce(lag(observed_sales_to_date, ' ~ window ~ ') over place, 0)',
            'observed_days_to_date - coalesce(lag(observed_days_to_date, ' ~ window ~ ') over place, 0)'
        ) }} as velocity_{{ window }}d
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from demand_to_date
    window place as (partition by store_id, location_id, sku order by date)

),

grouped as (

    select
        demand.store_id,
        demand.location_id,
        demand.location_key,
        coalesce(products.category, 'Uncategorised') as category,
        coalesce(products.brand, 'No brand') as brand,
        coalesce(products.supplier_id, 'No supplier') as supplier_id,
        demand.date,
        demand.currency,
        demand.reporting_currency,
        demand.is_complete_day,
        count(*) as sku_count,
        sum(demand.opening_quantity) as opening_quantity,
        sum(demand.initial_quantity) as initial_quantity,
        sum(demand.receipt_quantity) as receipt_quantity,
        sum(demand.sale_quantity) as sale_quantity,
        sum(demand.return_quantity) as return_quantity,
        sum(demand.transfer_in_quantity) as transfer_in_quantity,
        sum(demand.transfer_out_quantity) as transfer_out_quantity,
        sum(demand.count_adjustment_quantity) as count_adjustment_quantity,
        sum(demand.reconciliation_adjustment_quantity) as reconciliation_adjustment_quantity,
        sum(demand.closing_quantity) as on_hand_quantity,
        sum(demand.available_quantity) as available_quantity,
        sum(demand.committed_quantity) as committed_quantity,
        sum(demand.reserved_quantity) as reserved_quantity,
        sum(demand.damaged_quantity) as damaged_quantity,
        sum(demand.incoming_quantity) as incoming_quantity,
        sum(demand.on_order_quantity) as on_order_quantity,
        sum(demand.in_transit_quantity) as in_transit_quantity,
        sum(demand.stock_value) as stock_value,
        sum(demand.stock_value_reporting) as stock_value_reporting,
        sum(demand.sale_cost_amount - demand.return_cost_amount) as cogs_amount,
        sum(demand.sale_cost_amount_reporting - demand.return_cost_amount_reporting) as cogs_amount_reporting,
        sum(case when demand.is_on_sale then 1 else 0 end) as on_sale_sku_count,
        sum(case when demand.is_stockout then 1 else 0 end) as stockout_sku_count,
        sum(case when demand.is_negative then 1 else 0 end) as negative_sku_count,
        sum(case when demand.unit_cost is null then 1 else 0 end) as uncosted_sku_count,
        sum(demand.velocity_30d) as daily_demand_30d,
        sum(demand.velocity_90d) as daily_demand_90d
    from demand
    left join products
        on demand.product_key = products.product_key
    group by
        demand.store_id,
        demand.location_id,
        demand.location_key,
        coalesce(products.category, 'Uncategorised'),
        coalesce(products.brand, 'No brand'),
        coalesce(products.supplier_id, 'No supplier'),
        demand.date,
        demand.currency,
        demand.reporting_currency,
        demand.is_complete_day

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
    cast(windowed.on_sale_sku_count as bigint) as on_sale_sku_count,
    cast(windowed.stockout_sku_count as bigint) as stockout_sku_count,
    cast(windowed.negative_sku_count as bigint) as negative_sku_count,
    cast(windowed.uncosted_sku_count as bigint) as uncosted_sku_count,
    {{ safe_divide('windowed.stockout_sku_count', 'windowed.on_sale_sku_count') }} as stockout_rate,
    cast(windowed.opening_quantity as bigint) as opening_quantity,
    cast(windowed.initial_quantity as bigint) as initial_quantity,
    cast(windowed.receipt_quantity as bigint) as receipt_quantity,
    cast(windowed.sale_quantity as bigint) as sale_quantity,
    cast(windowed.return_quantity as bigint) as return_quantity,
    cast(windowed.transfer_in_quantity as bigint) as transfer_in_quantity,
    cast(windowed.transfer_out_quantity as bigint) as transfer_out_quantity,
    cast(windowed.count_adjustment_quantity as bigint) as count_adjustment_quantity,
    cast(windowed.reconciliation_adjustment_quantity as bigint) as reconciliation_adjustment_quantity,
    cast(windowed.on_hand_quantity as bigint) as on_hand_quantity,
    cast(windowed.available_quantity as bigint) as available_quantity,
    cast(windowed.committed_quantity as bigint) as committed_quantity,
    cast(windowed.reserved_quantity as bigint) as reserved_quantity,
    cast(windowed.damaged_quantity as bigint) as damaged_quantity,
    cast(windowed.incoming_quantity as bigint) as incoming_quantity,
    cast(windowed.on_order_quantity as bigint) as on_order_quantity,
    cast(windowed.in_transit_quantity as bigint) as in_transit_quantity,
    cast(windowed.stock_value as decimal(18, 4)) as stock_value,
    cast(windowed.cogs_amount as decimal(18, 4)) as cogs_amount,
    windowed.currency,
    cast(windowed.stock_value_reporting as decimal(18, 4)) as stock_value_reporting,
    cast(windowed.cogs_amount_reporting as decimal(18, 4)) as cogs_amount_reporting,
    windowed.reporting_currency,
    windowed.daily_demand_30d,
    windowed.daily_demand_90d,
    {{ safe_divide('greatest(windowed.on_hand_quantity, 0)', 'windowed.daily_demand_30d') }} as days_of_inventory_30d,
    {{ safe_divide('greatest(windowed.on_hand_quantity, 0)', 'windowed.daily_demand_90d') }} as days_of_inventory_90d
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
