with purchase_order_lines as (

    select * from {{ ref('int_purchase_order_progress') }}

),

products as (

    select * from {{ ref('int_products') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

judged as (

    select
        *,
        {{ days_between('ordered_date', 'first_received_date') }} as lead_time_days,
        {{ days_between('ordered_date', 'last_received_date') }} as completion_lead_time_days,
        case
            when purchase_order_status = 'cancelled' and receipt_count = 0 then null
            when open_quantity > 0 and expected_date < as_of_date then false
            when open_quantity > 0 or receipt_count = 0 then null
            else last_received_date <= expected_date
        end as is_on_time,
        case
            when purchase_order_status = 'cancelled' and receipt_count = 0 then null
            when accepted_quantity >= ordered_quantity then true
            when open_quantity = 0 or expected_date < as_of_date then false
        end as is_in_full,
        {{ money_from_double(safe_divide('received_value', 'accepted_quantity')) }} as landed_unit_cost,
        cast(ordered_quantity * unit_cost as decimal(18, 4)) as ordered_value,
        cast(open_quantity * unit_cost as decimal(18, 4)) as open_value
    from purchase_order_lines

)

select
    {{ purchase_order_line_key('judged.purchase_order_id', 'judged.line_number') }} as purchase_order_line_key,
    judged.purchase_order_id,
    judged.line_number,
    judged.store_id,
    judged.location_id,
    {{ location_key('judged.store_id', 'judged.location_id') }} as location_key,
    judged.supplier_id,
    {{ supplier_key('judged.supplier_id') }} as supplier_key,
    judged.sku,
    products.product_key,
    judged.purchase_order_status,
    judged.ordered_date,
    judged.expected_date,
    judged.first_received_date,
    judged.last_received_date,
    cast(judged.receipt_count as int) as receipt_count,
    cast(judged.ordered_quantity as bigint) as ordered_quantity,
    cast(judged.received_quantity as bigint) as received_quantity,
    cast(judged.rejected_quantity as bigint) as rejected_quantity,
    cast(judged.accepted_quantity as bigint) as accepted_quantity,
    cast(judged.open_quantity as bigint) as open_quantity,
    cast(judged.lead_time_days as int) as lead_time_days,
    cast(judged.completion_lead_time_days as int) as completion_lead_time_days,
    cast(judged.average_lead_time_days as double) as average_lead_time_days,
    cast({{ days_between('judged.expected_date', 'judged.last_received_date') }} as int) as days_late,
    judged.is_on_time,
    judged.is_in_full,
    judged.is_on_time and judged.is_in_full as is_on_time_in_full,
    judged.open_quantity > 0 and judged.expected_date < judged.as_of_date as is_overdue,
    judged.unit_cost as ordered_unit_cost,
    judged.ordered_value,
    judged.open_value,
    judged.order_currency,
    {{ to_reporting('judged.ordered_value', 'exchange_rates') }} as ordered_value_reporting,
    {{ to_reporting('judged.open_value', 'exchange_rates') }} as open_value_reporting,
    judged.landed_unit_cost,
    cast(judged.landed_cost_amount as decimal(18, 4)) as landed_cost_amount,
    cast(judged.received_value as decimal(18, 4)) as received_value,
    judged.currency,
    cast(judged.received_value_reporting as decimal(18, 4)) as received_value_reporting,
    {{ reporting_currency() }} as reporting_currency
from judged
left join products
    on
        judged.store_id = products.store_id
        and judged.sku = products.sku
        and products.is_primary_for_sku
left join exchange_rates
    on
        judged.order_currency = exchange_rates.from_currency
        and judged.ordered_date = exchange_rates.date
