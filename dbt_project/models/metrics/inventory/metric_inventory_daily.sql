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

described_places as (

    select distinct
        inventory_daily.store_id,
        inventory_daily.location_id,
        inventory_daily.location_key,
        inventory_daily.sku,
        coalesce(products.category, 'Uncategorised') as category,
        coalesce(products.brand, 'No brand') as brand,
        coalesce(products.supplier_id, 'No supplier') as supplier_id,
        inventory_daily.currency,
        inventory_daily.reporting_currency
    from inventory_daily
    left join products
        on inventory_daily.product_key = products.product_key

),

-- Numbers stand for the names in everything that is sorted below: millions of rows by five names would take minutes.
numbered_places as (

    select
        *,
        row_number() over (order by store_id nulls last, location_id nulls last, sku nulls last) as place_number,
        dense_rank() over (
            order by
                store_id nulls last,
                location_id nulls last,
                category nulls last,
                brand nulls last,
                supplier_id nulls last
        ) as group_number
    from described_places

),

group_names as (

    select distinct
        group_number,
        store_id,
        location_id,
        location_key,
        category,
        brand,
        supplier_id,
        currency,
        reporting_currency
    from numbered_places

),

placed as (

    select
        numbered_places.place_number,
        numbered_places.group_number,
        inventory_daily.*
    from inventory_daily
    inner join numbered_places
        on
            inventory_daily.store_id = numbered_places.store_id
            and inventory_daily.location_id = numbered_places.location_id
            and inventory_daily.sku = numbered_places.sku

),

-- Sales of a day without stock say nothing about demand: such days count neither as sales nor as days.
-- The current day is not over yet and counts for no trailing window.
-- Counts are added up as doubles, which hold whole numbers exactly and are added in half the time.
observed_to_date as (

    select
        place_number,
        group_number,
        date,
        sum(case when is_complete_day and is_on_sale and not is_stockout then cast(sale_quantity as double) else 0 end)
            over place as observed_sales_to_date,
        sum(case when is_complete_day and is_on_sale and not is_stockout then cast(1 as double) else 0 end)
            over place as observed_days_to_date
    from placed
    window place as (
        partition by place_number
        order by date nulls last
        rows between unbounded preceding and current row
    )

),

-- Rows are dense, so 30 rows back is 30 days back.
velocities as (

    select
        group_number,
        date,
        {%- for window in [30, 90] %}
        {{ safe_divide(
            'observed_sales_to_date - coalesce(lag(observed_sales_to_date, ' ~ window ~ ') over place, 0)',
            'observed_days_to_date - coalesce(lag(observed_days_to_date, ' ~ window ~ ') over place, 0)'
        ) }} as velocity_{{ window }}d
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from observed_to_date
    window place as (partition by place_number order by date nulls last)

),

demand as (

    select
        group_number,
        date,
        cast(sum(cast(velocity_30d as decimal(28, 12))) as double) as daily_demand_30d,
        cast(sum(cast(velocity_90d as decimal(28, 12))) as double) as daily_demand_90d
    from velocities
    group by group_number, date

),

stock as (

    select
        group_number,
        date,
        is_complete_day,
        count(*) as sku_count,
        {%- for quantity in quantities %}
        cast(sum({{ quantity }}_quantity) as bigint) as {{ quantity }}_quantity,
        {%- endfor %}
        cast(sum(stock_value) as decimal(18, 4)) as stock_value,
        cast(sum(stock_value_reporting) as decimal(18, 4)) as stock_value_reporting,
        cast(sum(sale_cost_amount) - sum(return_cost_amount) as decimal(18, 4)) as cogs_amount,
        cast(sum(sale_cost_amount_reporting) - sum(return_cost_amount_reporting) as decimal(18, 4))
            as cogs_amount_reporting,
        cast(sum(case when is_on_sale then 1 else 0 end) as bigint) as on_sale_sku_count,
        cast(sum(case when is_stockout then 1 else 0 end) as bigint) as stockout_sku_count,
        cast(sum(case when is_negative then 1 else 0 end) as bigint) as negative_sku_count,
        cast(sum(case when unit_cost is null then 1 else 0 end) as bigint) as uncosted_sku_count
    from placed
    group by group_number, date, is_complete_day

),

to_date as (

    select
        *,
        {%- for measure in summed %}
        sum(case when is_complete_day then coalesce({{ measure }}, 0) else 0 end) over place as {{ measure }}_to_date,
        {%- endfor %}
        sum(case when is_complete_day then 1 else 0 end) over place as days_to_date
    from stock
    window place as (
        partition by group_number
        order by date nulls last
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
    window place as (partition by group_number order by date nulls last)

)

select
    group_names.store_id,
    group_names.location_id,
    group_names.location_key,
    locations.location_name,
    group_names.category,
    group_names.brand,
    group_names.supplier_id,
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
    group_names.currency,
    cast(windowed.stock_value_reporting as decimal(18, 4)) as stock_value_reporting,
    cast(windowed.cogs_amount_reporting as decimal(18, 4)) as cogs_amount_reporting,
    group_names.reporting_currency,
    demand.daily_demand_30d,
    demand.daily_demand_90d,
    {{ safe_divide('greatest(windowed.closing_quantity, 0)', 'demand.daily_demand_30d') }} as days_of_inventory_30d,
    {{ safe_divide('greatest(windowed.closing_quantity, 0)', 'demand.daily_demand_90d') }} as days_of_inventory_90d
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
inner join group_names
    on windowed.group_number = group_names.group_number
inner join demand
    on
        windowed.group_number = demand.group_number
        and windowed.date = demand.date
left join locations
    on group_names.location_key = locations.location_key
