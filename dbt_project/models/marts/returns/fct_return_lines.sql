{#- Refunds bring their twins along; fees and costs are converted here, with the rates of these joins. #}
{%- set refunded_amounts = ['refunded_line_amount', 'refunded_tax_amount'] %}
{%- set dated_amounts = {
    'restocking_fee_amount': 'fee_rates',
    'return_shipping_cost_amount': 'cost_rates',
    'labour_cost_amount': 'cost_rates',
    'disposal_cost_amount': 'cost_rates'
} %}

with return_lines as (

    select * from {{ ref('int_return_lines') }}

),

returns as (

    select * from {{ ref('int_returns') }}

),

return_processing as (

    select * from {{ ref('int_return_processing') }}

),

reason_mapping as (

    select * from {{ ref('return_reason_mapping') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

-- A sheet's row stands for an order line of a return; a return's first line of that order line takes it.
numbered as (

    select
        *,
        row_number() over (
            partition by store_id, return_id, order_line_id
            order by return_line_id nulls last
        ) as order_line_occurrence
    from return_lines

),

dated as (

    select
        numbered.*,
        return_processing.received_at,
        return_processing.inspected_at,
        return_processing.condition,
        return_processing.disposition,
        -- Goods that no sheet tells of cost nothing to handle; what a sheet tells without a rate is not known.
        case when return_processing.store_id is null then 0 else return_processing.return_shipping_cost_amount end
            as return_shipping_cost_amount,
        case when return_processing.store_id is null then 0 else return_processing.labour_cost_amount end
            as labour_cost_amount,
        case when return_processing.store_id is null then 0 else return_processing.disposal_cost_amount end
            as disposal_cost_amount,
        coalesce(orders.currency, stores.currency) as currency,
        {{ local_date('coalesce(numbered.refunded_at, returns.requested_at)', 'stores.timezone') }} as fee_date,
        {{ local_date(
            'coalesce(return_processing.received_at, numbered.refunded_at, returns.requested_at)', 'stores.timezone'
        ) }} as cost_date,
        {{ local_date('numbered.refunded_at', 'stores.timezone') }} as refunded_date
    from numbered
    inner join stores
        on numbered.store_id = stores.store_id
    left join orders
        on
            numbered.store_id = orders.store_id
            and numbered.order_id = orders.order_id
    left join returns
        on
            numbered.store_id = returns.store_id
            and numbered.return_id = returns.return_id
    left join return_processing
        on
            numbered.store_id = return_processing.store_id
            and numbered.return_id = return_processing.return_id
            -- A condition on one side alone would make DuckDB compare every line with every row of the sheet.
            and case when numbered.order_line_occurrence = 1 then numbered.order_line_id end
            = return_processing.order_line_id

)

select
    dated.return_line_key,
    dated.return_key,
    dated.store_id,
    dated.return_id,
    dated.return_line_id,
    dated.return_source,
    dated.order_key,
    dated.order_line_key,
    dated.product_key,
    dated.sku,
    coalesce(reason_mapping.reason_code, 'unknown') as reason_code,
    coalesce(reason_mapping.reason_group, 'other') as reason_group,
    dated.source_reason,
    cast(dated.quantity as decimal(18, 4)) as quantity,
    cast(dated.processed_quantity as decimal(18, 4)) as processed_quantity,
    cast(dated.refunded_quantity as decimal(18, 4)) as refunded_quantity,
    cast(dated.restocked_quantity as decimal(18, 4)) as restocked_quantity,
    dated.refunded_at,
    dated.refunded_date,
    dated.received_at,
    dated.inspected_at,
    dated.condition,
    dated.disposition,
    {%- for amount in refunded_amounts + dated_amounts.keys() | list %}
    {{ money('dated.' ~ amount) }} as {{ amount }},
    {%- endfor %}
    dated.currency,
    {%- for amount in refunded_amounts %}
    {{ money('dated.' ~ amount ~ '_reporting') }} as {{ amount }}_reporting,
    {%- endfor %}
    -- Most returns have no fee and no costs, and nothing needs no rate.
    {%- for amount, rates in dated_amounts.items() %}
    case when dated.{{ amount }} = 0 then 0 else {{ to_reporting('dated.' ~ amount, rates) }} end
        as {{ amount }}_reporting,
    {%- endfor %}
    {{ reporting_currency() }} as reporting_currency,
    coalesce(dated.is_sales_line, false) as is_sales_line
from dated
left join reason_mapping
    on {{ reason_handle('dated.source_reason') }} = reason_mapping.source_reason
left join exchange_rates as fee_rates
    on
        dated.currency = fee_rates.from_currency
        and dated.fee_date = fee_rates.date
left join exchange_rates as cost_rates
    on
        dated.currency = cost_rates.from_currency
        and dated.cost_date = cost_rates.date
