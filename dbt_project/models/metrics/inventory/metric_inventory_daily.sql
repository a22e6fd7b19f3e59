{%- set flows = [
    'initial', 'receipt', 'sale', 'costed_sale', 'return', 'transfer_in', 'transfer_out', 'count_adjustment',
    'reconciliation_adjustment'
] -%}
{%- set levels = [
    'closing_quantity', 'shelf_quantity', 'costed_shelf_quantity', 'on_order_quantity', 'in_transit_quantity',
    'available_quantity', 'committed_quantity', 'reserved_quantity', 'damaged_quantity', 'incoming_quantity',
    'available_known', 'committed_known', 'reserved_known', 'damaged_known', 'incoming_known', 'sku_count',
    'complete_sku_count', 'on_sale_sku_count', 'stockout_sku_count', 'negative_sku_count', 'costed_sku_count'
] -%}
{%- set summed_flows = [
    'sale_quantity', 'costed_sale_quantity', 'receipt_quantity', 'cogs_amount', 'cogs_amount_reporting'
] -%}
{%- set summed_levels = ['stock_value', 'on_sale_sku_count', 'stockout_sku_count'] -%}
with spans as (

    select * from {{ ref('fct_inventory_spans') }}

),

products as (

    select * from {{ ref('dim_product') }}

),

locations as (

    select * from {{ ref('dim_location') }}

),

exchange_rates as (

    select * from {{ ref('fct_exchange_rates') }}

),

described_places as (

    select
        spans.store_id,
        spans.location_id,
        spans.location_key,
        spans.sku,
        coalesce(products.category, 'Uncategorised') as category,
        coalesce(products.brand, 'No brand') as brand,
        coalesce(products.supplier_id, 'No supplier') as supplier_id,
        spans.currency,
        spans.reporting_currency
    from spans
    left join products
        on spans.product_key = products.product_key
    group by
        spans.store_id,
        spans.location_id,
        spans.location_key,
        spans.sku,
        coalesce(products.category, 'Uncategorised'),
        coalesce(products.brand, 'No brand'),
        coalesce(products.supplier_id, 'No supplier'),
        spans.currency,
        spans.reporting_currency

),

-- Numbers stand for the names in everything that is sorted below: millions of rows by five names would take minutes.
numbered_places as (

    select
        *,
        cast(row_number() over (
            order by store_id nulls last, location_id nulls last, sku nulls last
        ) as int) as place_number,
        cast(dense_rank() over (
            order by
                store_id nulls last,
                location_id nulls last,
                category nulls last,
                brand nulls last,
                supplier_id nulls last,
                currency nulls last
        ) as int) as group_number
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
        spans.*,
        greatest(spans.closing_quantity, 0) as shelf_quantity,
        case when spans.unit_cost is null then 0 else greatest(spans.closing_quantity, 0) end as costed_shelf_quantity,
        case when spans.unit_cost is null then 0 else spans.sale_quantity end as costed_sale_quantity,
        {%- for level in ['available', 'committed', 'reserved', 'damaged', 'incoming'] %}
            case when spans.{{ level }}_quantity is null then 0 else 1 end as {{ level }}_known,
        {%- endfor %}
        1 as sku_count,
        case when spans.is_complete_day then 1 else 0 end as complete_sku_count,
        case when spans.is_on_sale then 1 else 0 end as on_sale_sku_count,
        case when spans.is_stockout then 1 else 0 end as stockout_sku_count,
        case when spans.is_negative then 1 else 0 end as negative_sku_count,
        case when spans.unit_cost is null then 0 else 1 end as costed_sku_count
    from spans
    inner join numbered_places
        on
            spans.store_id = numbered_places.store_id
            and spans.location_id = numbered_places.location_id
            and spans.sku = numbered_places.sku

),

-- A span adds on its first day what it holds, and takes it away on the day after its last: the running sum of both is
-- what a group holds.
comings_and_goings as (

    select
        group_number,
        from_date as date,
        {%- for level in levels %}
            {{ level }},
        {%- endfor %}
        stock_value,
        {%- for flow in flows %}
            {{ flow }}_quantity,
        {%- endfor %}
        sale_cost_amount - return_cost_amount as cogs_amount,
        sale_cost_amount_reporting - return_cost_amount_reporting as cogs_amount_reporting
    from placed

    union all

    select
        group_number,
        {{ add_days('to_date', 1) }} as date,
        {%- for level in levels %}
            -{{ level }} as {{ level }},
        {%- endfor %}
        -stock_value as stock_value,
        {%- for flow in flows %}
            0 as {{ flow }}_quantity,
        {%- endfor %}
        0 as cogs_amount,
        0 as cogs_amount_reporting
    from placed

),

changes as (

    select
        group_number,
        date,
        {%- for level in levels %}
            coalesce(sum({{ level }}), 0) as {{ level }},
        {%- endfor %}
        coalesce(sum(stock_value), 0) as stock_value,
        {%- for flow in flows %}
            cast(sum({{ flow }}_quantity) as bigint) as {{ flow }}_quantity,
        {%- endfor %}
        {%- for amount in ['cogs_amount', 'cogs_amount_reporting'] %}
            case
                when sum(sale_quantity) = 0 or sum(costed_sale_quantity) > 0 then {{ money('sum(' ~ amount ~ ')') }}
            end as {{ amount }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from comings_and_goings
    group by group_number, date

),

running as (

    select
        group_number,
        date as from_date,
        {{ add_days('lead(date) over (partition by group_number order by date nulls last)', -1) }} as to_date,
        {%- for level in levels %}
            cast(sum({{ level }}) over so_far as bigint) as {{ level }},
        {%- endfor %}
        cast((sum(closing_quantity) over so_far) - closing_quantity as bigint) as opening_quantity,
        {{ money('sum(stock_value) over so_far') }} as stock_value,
        {%- for flow in flows %}
            {{ flow }}_quantity,
        {%- endfor %}
        cogs_amount,
        cogs_amount_reporting
    from changes
    window so_far as (
        partition by group_number
        order by date nulls last
        rows between unbounded preceding and current row
    )

),

group_spans as (

    select
        *,
        complete_sku_count > 0 as is_complete_day,
        cast({{ days_between('from_date', 'to_date') }} + 1 as int) as day_count
    from running
    where sku_count > 0

),

-- The current day is not over yet and counts for no trailing window.
to_end as (

    select
        *,
        sum(case when is_complete_day then day_count else 0 end) over so_far as days_to_end,
        {%- for flow in summed_flows %}
            sum(case when is_complete_day then coalesce({{ flow }}, 0) else 0 end) over so_far as {{ flow }}_to_date,
        {%- endfor %}
        {%- for level in summed_levels %}
            sum(case when is_complete_day then {{ level }} * day_count else 0 end) over so_far as {{ level }}_to_end
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from group_spans
    window so_far as (
        partition by group_number
        order by from_date nulls last
        rows between unbounded preceding and current row
    )

),

-- Of each day only what differs from day to day: all else stands in its span.
span_values as (

    select
        to_end.group_number,
        to_end.from_date,
        to_end.to_date,
        to_end.is_complete_day,
        case when to_end.costed_sku_count > 0 then to_end.stock_value end as stock_value,
        group_names.currency
    from to_end
    inner join group_names
        on to_end.group_number = group_names.group_number

),

days as (

    {{ explode_dates('span_values', 'from_date', 'to_date', 'date') }}

),

converted as (

    select
        days.group_number,
        days.from_date,
        days.date,
        days.is_complete_day,
        case when days.is_complete_day then {{ days_between('days.date', 'days.to_date') }} else 0 end as days_to_come,
        {{ to_reporting('days.stock_value') }} as stock_value_reporting
    from days
    left join exchange_rates as rates
        on
            days.currency = rates.from_currency
            and days.date = rates.date

),

stock as (

    select
        *,
        sum(case when is_complete_day then stock_value_reporting end) over (
            partition by group_number
            order by date nulls last
            rows between unbounded preceding and current row
        ) as stock_value_days_reporting_to_date
    from converted

),

-- Sales of a day without stock say nothing about demand: such days count neither as sales nor as days.
observed as (

    select
        place_number,
        group_number,
        from_date,
        to_date,
        is_complete_day and is_on_sale and not is_stockout as is_observed,
        cast(sum(
            case when is_complete_day and is_on_sale and not is_stockout then sale_quantity else 0 end
        ) over so_far as int) as observed_sales_to_date,
        cast(sum(
            case
                when is_complete_day and is_on_sale and not is_stockout
                    then {{ days_between('from_date', 'to_date') }} + 1
                else 0
            end
        ) over so_far as int) as observed_days_to_end
    from placed
    window so_far as (
        partition by place_number
        order by from_date nulls last
        rows between unbounded preceding and current row
    )

),

observed_days as (

    {{ explode_dates('observed', 'from_date', 'to_date', 'date') }}

),

observed_to_date as (

    select
        place_number,
        group_number,
        date,
        observed_sales_to_date,
        cast(
            observed_days_to_end - case when is_observed then {{ days_between('date', 'to_date') }} else 0 end as int
        ) as observed_days_to_date
    from observed_days

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

)

select
    group_names.store_id,
    group_names.location_id,
    group_names.location_key,
    locations.location_name,
    group_names.category,
    group_names.brand,
    group_names.supplier_id,
    stock.date,
    stock.is_complete_day,
    to_end.sku_count,
    to_end.on_sale_sku_count,
    to_end.stockout_sku_count,
    to_end.negative_sku_count,
    to_end.sku_count - to_end.costed_sku_count as uncosted_sku_count,
    {{ ratio('to_end.stockout_sku_count', 'to_end.on_sale_sku_count', 'sku_days') }} as stockout_rate,
    case when stock.date = stock.from_date then to_end.opening_quantity else to_end.closing_quantity end
        as opening_quantity,
    {%- for flow in [
        'initial', 'receipt', 'sale', 'return', 'transfer_in', 'transfer_out', 'count_adjustment',
        'reconciliation_adjustment'
    ] %}
        case when stock.date = stock.from_date then to_end.{{ flow }}_quantity else 0 end as {{ flow }}_quantity,
    {%- endfor %}
    to_end.closing_quantity as on_hand_quantity,
    {%- for level in ['available', 'committed', 'reserved', 'damaged', 'incoming'] %}
        case when to_end.{{ level }}_known > 0 then to_end.{{ level }}_quantity end as {{ level }}_quantity,
    {%- endfor %}
    to_end.on_order_quantity,
    to_end.in_transit_quantity,
    case when to_end.costed_sku_count > 0 then to_end.stock_value end as stock_value,
    {{ ratio('to_end.costed_shelf_quantity', 'to_end.shelf_quantity', 'units') }} as stock_value_coverage_rate,
    case when stock.date = stock.from_date then to_end.cogs_amount else 0 end as cogs_amount,
    case
        when stock.date = stock.from_date
            then {{ ratio('to_end.costed_sale_quantity', 'to_end.sale_quantity', 'units') }}
    end as cost_coverage_rate,
    group_names.currency,
    stock.stock_value_reporting,
    case when stock.date = stock.from_date then to_end.cogs_amount_reporting else 0 end as cogs_amount_reporting,
    group_names.reporting_currency,
    demand.daily_demand_30d,
    demand.daily_demand_90d,
    {{ ratio('greatest(to_end.closing_quantity, 0)', 'demand.daily_demand_30d', 'units_a_day') }}
        as days_of_inventory_30d,
    {{ ratio('greatest(to_end.closing_quantity, 0)', 'demand.daily_demand_90d', 'units_a_day') }}
        as days_of_inventory_90d,
    cast(to_end.days_to_end - stock.days_to_come as int) as days_to_date,
    cast(to_end.sale_quantity_to_date as bigint) as sale_quantity_to_date,
    cast(to_end.costed_sale_quantity_to_date as bigint) as costed_sale_quantity_to_date,
    cast(to_end.receipt_quantity_to_date as bigint) as receipt_quantity_to_date,
    {{ money('to_end.cogs_amount_to_date') }} as cogs_amount_to_date,
    {{ money('to_end.cogs_amount_reporting_to_date') }} as cogs_amount_reporting_to_date,
    {{ money('to_end.stock_value_to_end - to_end.stock_value * stock.days_to_come') }} as stock_value_days_to_date,
    {{ money('coalesce(stock.stock_value_days_reporting_to_date, 0)') }} as stock_value_days_reporting_to_date,
    cast(to_end.on_sale_sku_count_to_end - to_end.on_sale_sku_count * stock.days_to_come as bigint)
        as on_sale_sku_days_to_date,
    cast(to_end.stockout_sku_count_to_end - to_end.stockout_sku_count * stock.days_to_come as bigint)
        as stockout_sku_days_to_date
from stock
inner join to_end
    on
        stock.group_number = to_end.group_number
        and stock.from_date = to_end.from_date
inner join group_names
    on stock.group_number = group_names.group_number
inner join demand
    on
        stock.group_number = demand.group_number
        and stock.date = demand.date
left join locations
    on group_names.location_key = locations.location_key
