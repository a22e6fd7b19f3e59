{{ config(materialized='view') }}
{%- set flows = [
    'initial', 'receipt', 'sale', 'return', 'transfer_in', 'transfer_out', 'count_adjustment', 'reconciliation_adjustment'
] -%}
with spans as (

    select * from {{ ref('fct_inventory_spans') }}

),

dates as (

    select * from {{ ref('dim_date') }}

),

exchange_rates as (

    select * from {{ ref('fct_exchange_rates') }}

)

select
    spans.store_id,
    spans.location_id,
    spans.location_key,
    spans.sku,
    spans.product_key,
    dates.date,
    case when dates.date = spans.from_date then spans.opening_quantity else spans.closing_quantity end
        as opening_quantity,
    {%- for flow in flows %}
        case when dates.date = spans.from_date then spans.{{ flow }}_quantity else 0 end as {{ flow }}_quantity,
    {%- endfor %}
    spans.closing_quantity,
    spans.on_order_quantity,
    spans.in_transit_quantity,
    spans.available_quantity,
    spans.committed_quantity,
    spans.reserved_quantity,
    spans.damaged_quantity,
    spans.quality_control_quantity,
    spans.safety_stock_quantity,
    spans.incoming_quantity,
    spans.is_on_sale,
    spans.is_stockout,
    spans.is_negative,
    spans.has_snapshot,
    spans.is_complete_day,
    spans.unit_cost,
    spans.stock_value,
    case when dates.date = spans.from_date then spans.sale_cost_amount else 0 end as sale_cost_amount,
    case when dates.date = spans.from_date then spans.return_cost_amount else 0 end as return_cost_amount,
    spans.currency,
    {{ to_reporting('spans.stock_value') }} as stock_value_reporting,
    case when dates.date = spans.from_date then spans.sale_cost_amount_reporting else 0 end
        as sale_cost_amount_reporting,
    case when dates.date = spans.from_date then spans.return_cost_amount_reporting else 0 end
        as return_cost_amount_reporting,
    spans.reporting_currency
from spans
inner join dates
    on dates.date between spans.from_date and spans.to_date
left join exchange_rates as rates
    on
        spans.currency = rates.from_currency
        and dates.date = rates.date
