{{ config(materialized='view') }}
{%- set flows = [
    'initial', 'receipt', 'sale', 'return', 'transfer_in', 'transfer_out', 'count_adjustment', 'reconciliation_adjustment'
] -%}
with spans as (

    select * from {{ ref('metric_inventory_spans') }}

),

days as (

    select * from {{ ref('metric_inventory_days') }}

),

joined as (

    select
        spans.*,
        days.date,
        days.stock_value_reporting,
        days.daily_demand_30d,
        days.daily_demand_90d,
        days.stock_value_days_reporting_to_date,
        days.date = spans.from_date as is_first_day,
        case when spans.is_complete_day then {{ days_between('days.date', 'spans.to_date') }} else 0 end as days_to_come
    from days
    inner join spans
        on
            days.stock_group_key = spans.stock_group_key
            and days.from_date = spans.from_date

),

dated as (

    select
        *,
        {{ money('stock_value_days_to_end - coalesce(stock_value, 0) * days_to_come') }} as stock_value_days_to_date
    from joined

)

select
    dated.stock_group_key,
    dated.store_id,
    dated.location_id,
    dated.location_key,
    dated.location_name,
    dated.category,
    dated.brand,
    dated.supplier_id,
    dated.date,
    dated.is_complete_day,
    dated.sku_count,
    dated.on_sale_sku_count,
    dated.stockout_sku_count,
    dated.negative_sku_count,
    dated.sku_count - dated.costed_sku_count as uncosted_sku_count,
    {{ ratio('dated.stockout_sku_count', 'dated.on_sale_sku_count', 'sku_days') }} as stockout_rate,
    case when dated.is_first_day then dated.opening_quantity else dated.closing_quantity end
        as opening_quantity,
    {%- for flow in flows %}
        case when dated.is_first_day then dated.{{ flow }}_quantity else 0 end as {{ flow }}_quantity,
    {%- endfor %}
    dated.closing_quantity as on_hand_quantity,
    dated.available_quantity,
    dated.committed_quantity,
    dated.reserved_quantity,
    dated.damaged_quantity,
    dated.incoming_quantity,
    dated.on_order_quantity,
    dated.in_transit_quantity,
    dated.stock_value,
    {{ ratio('dated.costed_shelf_quantity', 'dated.shelf_quantity', 'units') }} as stock_value_coverage_rate,
    case when dated.is_first_day then dated.cogs_amount else 0 end as cogs_amount,
    case
        when dated.is_first_day
            then {{ ratio('dated.costed_sale_quantity', 'dated.sale_quantity', 'units') }}
    end as cost_coverage_rate,
    dated.currency,
    dated.stock_value_reporting,
    case when dated.is_first_day then dated.cogs_amount_reporting else 0 end as cogs_amount_reporting,
    dated.reporting_currency,
    dated.daily_demand_30d,
    dated.daily_demand_90d,
    {{ ratio('greatest(dated.closing_quantity, 0)', 'dated.daily_demand_30d', 'units_a_day') }}
        as days_of_inventory_30d,
    {{ ratio('greatest(dated.closing_quantity, 0)', 'dated.daily_demand_90d', 'units_a_day') }}
        as days_of_inventory_90d,
    cast(dated.days_to_end - dated.days_to_come as int) as days_to_date,
    dated.sale_quantity_to_end as sale_quantity_to_date,
    dated.costed_sale_quantity_to_end as costed_sale_quantity_to_date,
    dated.receipt_quantity_to_end as receipt_quantity_to_date,
    dated.cogs_amount_to_end as cogs_amount_to_date,
    dated.cogs_amount_reporting_to_end as cogs_amount_reporting_to_date,
    dated.stock_value_days_to_date,
    case
        when dated.currency = dated.reporting_currency then dated.stock_value_days_to_date
        else dated.stock_value_days_reporting_to_date
    end as stock_value_days_reporting_to_date,
    cast(dated.on_sale_sku_days_to_end - dated.on_sale_sku_count * dated.days_to_come as bigint)
        as on_sale_sku_days_to_date,
    cast(dated.stockout_sku_days_to_end - dated.stockout_sku_count * dated.days_to_come as bigint)
        as stockout_sku_days_to_date
from dated
