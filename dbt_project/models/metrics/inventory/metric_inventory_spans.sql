{%- set flows = [
    'initial', 'receipt', 'sale', 'costed_sale', 'return', 'transfer_in', 'transfer_out', 'count_adjustment',
    'reconciliation_adjustment'
] -%}
{%- set levels_of_snapshots = ['available', 'committed', 'reserved', 'damaged', 'incoming'] -%}
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

places as (

    select * from {{ ref('dim_stock_place') }}

),

locations as (

    select * from {{ ref('dim_location') }}

),

stock_groups as (

    select distinct
        stock_group_key,
        store_id,
        location_id,
        location_key,
        category,
        brand,
        supplier_id,
        currency,
        reporting_currency
    from places

),

placed as (

    select
        places.stock_group_key,
        spans.*,
        greatest(spans.closing_quantity, 0) as shelf_quantity,
        case when spans.unit_cost is null then 0 else greatest(spans.closing_quantity, 0) end as costed_shelf_quantity,
        case when spans.unit_cost is null then 0 else spans.sale_quantity end as costed_sale_quantity,
        {%- for level in levels_of_snapshots %}
            case when spans.{{ level }}_quantity is null then 0 else 1 end as {{ level }}_known,
        {%- endfor %}
        1 as sku_count,
        case when spans.is_complete_day then 1 else 0 end as complete_sku_count,
        case when spans.is_on_sale then 1 else 0 end as on_sale_sku_count,
        case when spans.is_stockout then 1 else 0 end as stockout_sku_count,
        case when spans.is_negative then 1 else 0 end as negative_sku_count,
        case when spans.unit_cost is null then 0 else 1 end as costed_sku_count
    from spans
    inner join places
        on
            spans.store_id = places.store_id
            and spans.location_id = places.location_id
            and spans.sku = places.sku

),

-- A span adds on its first day what it holds, and takes it away on the day after its last: the running sum of both is
-- what a group holds.
comings_and_goings as (

    select
        stock_group_key,
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
        stock_group_key,
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
        stock_group_key,
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
    group by stock_group_key, date

),

running as (

    select
        stock_group_key,
        date as from_date,
        {{ add_days('lead(date) over (partition by stock_group_key order by date nulls last)', -1) }} as to_date,
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
        partition by stock_group_key
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
            sum(case when is_complete_day then coalesce({{ flow }}, 0) else 0 end) over so_far as {{ flow }}_to_end,
        {%- endfor %}
        {%- for level in summed_levels %}
            sum(case when is_complete_day then {{ level }} * day_count else 0 end) over so_far
                as {{ level }}_days_to_end
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from group_spans
    window so_far as (
        partition by stock_group_key
        order by from_date nulls last
        rows between unbounded preceding and current row
    )

)

select
    to_end.stock_group_key,
    stock_groups.store_id,
    stock_groups.location_id,
    stock_groups.location_key,
    locations.location_name,
    stock_groups.category,
    stock_groups.brand,
    stock_groups.supplier_id,
    to_end.from_date,
    to_end.to_date,
    to_end.is_complete_day,
    to_end.sku_count,
    to_end.on_sale_sku_count,
    to_end.stockout_sku_count,
    to_end.negative_sku_count,
    to_end.costed_sku_count,
    to_end.opening_quantity,
    {%- for flow in flows %}
        to_end.{{ flow }}_quantity,
    {%- endfor %}
    to_end.closing_quantity,
    to_end.shelf_quantity,
    to_end.costed_shelf_quantity,
    {%- for level in levels_of_snapshots %}
        case when to_end.{{ level }}_known > 0 then to_end.{{ level }}_quantity end as {{ level }}_quantity,
    {%- endfor %}
    to_end.on_order_quantity,
    to_end.in_transit_quantity,
    case when to_end.costed_sku_count > 0 then to_end.stock_value end as stock_value,
    to_end.cogs_amount,
    stock_groups.currency,
    to_end.cogs_amount_reporting,
    stock_groups.reporting_currency,
    cast(to_end.days_to_end as int) as days_to_end,
    cast(to_end.sale_quantity_to_end as bigint) as sale_quantity_to_end,
    cast(to_end.costed_sale_quantity_to_end as bigint) as costed_sale_quantity_to_end,
    cast(to_end.receipt_quantity_to_end as bigint) as receipt_quantity_to_end,
    {{ money('to_end.cogs_amount_to_end') }} as cogs_amount_to_end,
    {{ money('to_end.cogs_amount_reporting_to_end') }} as cogs_amount_reporting_to_end,
    {{ money('to_end.stock_value_days_to_end') }} as stock_value_days_to_end,
    cast(to_end.on_sale_sku_count_days_to_end as bigint) as on_sale_sku_days_to_end,
    cast(to_end.stockout_sku_count_days_to_end as bigint) as stockout_sku_days_to_end
from to_end
inner join stock_groups
    on to_end.stock_group_key = stock_groups.stock_group_key
left join locations
    on stock_groups.location_key = locations.location_key
{{ in_order(['stock_group_key', 'from_date']) }}
