{%- set amounts = [
    'refunded_line_amount', 'refunded_tax_amount', 'restocking_fee_amount', 'return_shipping_cost_amount',
    'labour_cost_amount', 'disposal_cost_amount'
] %}

with return_lines as (

    select * from {{ ref('int_return_lines_unified') }}

),

return_processing as (

    select * from {{ ref('int_return_processing') }}

),

reason_mapping as (

    select * from {{ ref('return_reason_mapping') }}

),

orders as (

    select * from {{ ref('int_orders_unified') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

-- A sheet's row stands for an order line of a return; a return's first line of that order line takes it.
numbered as (

    select
        *,
        row_number() over (
            partition by store_id, return_id, order_line_id
            order by return_line_id
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
        coalesce(return_processing.return_shipping_cost_amount, 0) as return_shipping_cost_amount,
        coalesce(return_processing.labour_cost_amount, 0) as labour_cost_amount,
        coalesce(return_processing.disposal_cost_amount, 0) as disposal_cost_amount,
        coalesce(orders.currency, stores.currency) as currency,
        {{ local_date('coalesce(numbered.refunded_at, return_processing.received_at)', 'stores.timezone') }}
            as amount_date,
        {{ local_date('numbered.refunded_at', 'stores.timezone') }} as refunded_date
    from numbered
    inner join stores
        on numbered.store_id = stores.store_id
    left join orders
        on
            numbered.store_id = orders.store_id
            and numbered.order_id = orders.order_id
    left join return_processing
        on
            numbered.store_id = return_processing.store_id
            and numbered.return_id = return_processing.return_id
            -- A condition on one side alone would make DuckDB compare every line with every row of the sheet.
            and case when numbered.order_line_occurrence = 1 then numbered.order_line_id end
            = return_processing.order_line_id

)

select
    {{ surrogate_key(['dated.store_id', 'dated.return_line_id']) }} as return_line_key,
    {{ surrogate_key(['dated.store_id', 'dated.return_id']) }} as return_key,
    dated.store_id,
    dated.return_id,
    dated.return_line_id,
    dated.return_source,
    {{ surrogate_key(['dated.store_id', 'dated.order_id']) }} as order_key,
    case
        when dated.order_line_id is not null then {{ surrogate_key(['dated.store_id', 'dated.order_line_id']) }}
    end as order_line_key,
    case
        when dated.variant_id is not null then {{ surrogate_key(['dated.store_id', 'dated.variant_id']) }}
    end as product_key,
    dated.sku,
    coalesce(reason_mapping.reason_code, 'unknown') as reason_code,
    coalesce(reason_mapping.reason_group, 'other') as reason_group,
    dated.source_reason,
    cast(dated.quantity as int) as quantity,
    cast(dated.processed_quantity as int) as processed_quantity,
    cast(dated.refunded_quantity as int) as refunded_quantity,
    cast(dated.restocked_quantity as int) as restocked_quantity,
    dated.refunded_at,
    dated.refunded_date,
    dated.received_at,
    dated.inspected_at,
    dated.condition,
    dated.disposition,
    {%- for amount in amounts %}
    {{ money('dated.' ~ amount) }} as {{ amount }},
    {%- endfor %}
    dated.currency,
    {%- for amount in amounts %}
    {{ to_reporting('dated.' ~ amount, 'exchange_rates') }} as {{ amount }}_reporting,
    {%- endfor %}
    reporting_currency.reporting_currency,
    coalesce(dated.is_sales_line, false) as is_sales_line
from dated
cross join reporting_currency
left join reason_mapping
    on lower(replace(replace(dated.source_reason, '_', '-'), ' ', '-')) = reason_mapping.source_reason
left join exchange_rates
    on
        dated.currency = exchange_rates.from_currency
        and dated.amount_date = exchange_rates.date
