{%- set twins = ['', '_reporting'] %}
{#- The column here and the one of a return's lines, or of its refunds, that it is the sum of. #}
{%- set line_amounts = {
    'refunded_line_amount': 'refunded_line_amount',
    'refunded_line_tax_amount': 'refunded_tax_amount',
    'restocking_fee_amount': 'restocking_fee_amount',
    'return_shipping_cost_amount': 'return_shipping_cost_amount',
    'labour_cost_amount': 'labour_cost_amount',
    'disposal_cost_amount': 'disposal_cost_amount'
} %}
{%- set refund_amounts = {
    'cancelled_line_amount': 'cancelled_line_amount',
    'refunded_shipping_amount': 'shipping_amount',
    'refunded_duty_amount': 'duty_amount',
    'refunded_fee_amount': 'fee_amount',
    'adjustment_amount': 'adjustment_amount',
    'pending_amount': 'pending_amount'
} %}
{#- A credit note has no refund beside it: its lines tell these. #}
{%- set refund_totals = {'refunded_tax_amount': 'tax_amount', 'refunded_amount': 'refunded_amount'} %}
{%- set amounts = [
    'refunded_line_amount', 'cancelled_line_amount', 'refunded_shipping_amount', 'refunded_duty_amount',
    'refunded_fee_amount', 'refunded_tax_amount', 'adjustment_amount', 'refunded_amount', 'pending_amount',
    'restocking_fee_amount', 'return_shipping_cost_amount', 'labour_cost_amount', 'disposal_cost_amount'
] %}
{#- Amounts of the whole return, converted here. #}
{%- set settled_amounts = ['kept_back_amount', 'return_shipping_fee_amount'] %}

with return_lines as (

    select * from {{ ref('fct_return_lines') }}

),

returns as (

    select * from {{ ref('int_returns') }}

),

refunds as (

    select * from {{ ref('int_refunds') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

-- Lines and refunds of a return are brought to its grain one by one.
lines_by_return as (

    select
        return_key,
        max(store_id) as store_id,
        max(return_id) as return_id,
        max(return_source) as return_source,
        max(order_key) as order_key,
        max(currency) as currency,
        count(*) as line_count,
        sum(quantity) as quantity,
        sum(processed_quantity) as processed_quantity,
        sum(refunded_quantity) as refunded_quantity,
        sum(restocked_quantity) as restocked_quantity,
        {%- for twin in twins %}
        {%- for amount, of_line in line_amounts.items() %}
        {{ known_sum(of_line ~ twin) }} as {{ amount }}{{ twin }},
        {%- endfor %}
        {%- endfor %}
        min(refunded_at) as line_refunded_at,
        max(received_at) as received_at,
        max(inspected_at) as inspected_at,
        max(case when is_sales_line then 1 else 0 end) as has_sales_line
    from return_lines
    group by return_key

),

refunds_by_return as (

    select
        store_id,
        coalesce(return_id, 'refund-' || refund_id) as return_id,
        count(*) as refund_count,
        {%- for twin in twins %}
        {%- for amount, of_refund in (refund_amounts.items() | list) + (refund_totals.items() | list) %}
        {{ known_sum(of_refund ~ twin) }} as {{ amount }}{{ twin }},
        {%- endfor %}
        {%- endfor %}
        min(refunded_at) as refunded_at
    from refunds
    group by
        store_id,
        coalesce(return_id, 'refund-' || refund_id)

),

dated as (

    select
        lines_by_return.*,
        stores.timezone,
        returns.return_name,
        -- What nobody asked for is over with its refund.
        coalesce(returns.return_status, 'closed') as return_status,
        returns.approved_at,
        returns.closed_at,
        coalesce(returns.return_shipping_fee_amount, 0) as return_shipping_fee_amount,
        coalesce(returns.requested_at, refunds_by_return.refunded_at, lines_by_return.line_refunded_at) as requested_at,
        coalesce(refunds_by_return.refunded_at, lines_by_return.line_refunded_at) as refunded_at,
        coalesce(refunds_by_return.refund_count, 0) as refund_count,
        {%- for twin in twins %}
        {%- for amount in refund_amounts %}
        case when refunds_by_return.return_id is null then 0 else refunds_by_return.{{ amount }}{{ twin }} end
            as {{ amount }}{{ twin }},
        {%- endfor %}
        case
            when refunds_by_return.return_id is null then lines_by_return.refunded_line_tax_amount{{ twin }}
            else refunds_by_return.refunded_tax_amount{{ twin }}
        end as refunded_tax_amount{{ twin }},
        case
            when refunds_by_return.return_id is null
                then lines_by_return.refunded_line_amount{{ twin }} + lines_by_return.refunded_line_tax_amount{{ twin }}
            else refunds_by_return.refunded_amount{{ twin }}
        end as refunded_amount{{ twin }},
        {%- endfor %}
        coalesce(returns.exchange_quantity, 0) as exchange_quantity
    from lines_by_return
    inner join stores
        on lines_by_return.store_id = stores.store_id
    left join returns
        on
            lines_by_return.store_id = returns.store_id
            and lines_by_return.return_id = returns.return_id
    left join refunds_by_return
        on
            lines_by_return.store_id = refunds_by_return.store_id
            and lines_by_return.return_id = refunds_by_return.return_id

),

-- What an order is worth after all that happened to it, in everything that was charged.
worth_by_order as (

    select
        order_key,
        sum(amount + tax_amount) as amount
    from ledger
    where not is_test
    group by order_key

),

-- Kept back is what came back, was not paid back and pays for nothing else of the order: an exchange is paid for, and
-- who has not paid is owed nothing.
settled as (

    select
        dated.*,
        greatest(
            least(
                dated.refunded_line_amount + dated.cancelled_line_amount + dated.refunded_shipping_amount
                + dated.refunded_duty_amount + dated.refunded_fee_amount + dated.refunded_tax_amount
                + dated.adjustment_amount - dated.refunded_amount - dated.pending_amount,
                orders.paid_amount - orders.refunded_amount - dated.pending_amount - worth_by_order.amount
            ), 0
        ) as kept_back_amount
    from dated
    left join orders
        on dated.order_key = orders.order_key
    left join worth_by_order
        on dated.order_key = worth_by_order.order_key

),

localised as (

    select
        *,
        {{ local_date('requested_at', 'timezone') }} as requested_date,
        {{ local_date('refunded_at', 'timezone') }} as refunded_date
    from settled

)

select
    localised.return_key,
    localised.store_id,
    localised.return_id,
    localised.return_name,
    localised.return_source,
    localised.order_key,
    orders.order_id,
    orders.customer_key,
    orders.channel_id,
    localised.return_status,
    orders.order_date,
    localised.requested_at,
    localised.requested_date,
    localised.approved_at,
    localised.received_at,
    localised.inspected_at,
    localised.refunded_at,
    localised.refunded_date,
    localised.closed_at,
    cast({{ days_between('orders.order_date', 'localised.requested_date') }} as int) as days_from_order,
    coalesce(
        {{ days_between('orders.order_date', 'localised.requested_date') }} <= {{ var('return_window_days') }}, false
    ) as is_within_window,
    cast(localised.line_count as int) as line_count,
    cast(localised.quantity as decimal(18, 4)) as quantity,
    cast(localised.processed_quantity as decimal(18, 4)) as processed_quantity,
    cast(localised.refunded_quantity as decimal(18, 4)) as refunded_quantity,
    cast(localised.restocked_quantity as decimal(18, 4)) as restocked_quantity,
    cast(localised.exchange_quantity as decimal(18, 4)) as exchange_quantity,
    cast(localised.refund_count as int) as refund_count,
    {%- for amount in amounts + settled_amounts %}
    {{ money('localised.' ~ amount) }} as {{ amount }},
    {%- endfor %}
    localised.currency,
    {%- for amount in amounts %}
    {{ money('localised.' ~ amount ~ '_reporting') }} as {{ amount }}_reporting,
    {%- endfor %}
    {%- for amount in settled_amounts %}
    {{ to_reporting('localised.' ~ amount, 'exchange_rates') }} as {{ amount }}_reporting,
    {%- endfor %}
    {{ reporting_currency() }} as reporting_currency,
    localised.exchange_quantity > 0 as is_exchange,
    localised.has_sales_line = 1
    and localised.return_status not in ('declined', 'canceled') as is_counted_return
from localised
left join orders
    on localised.order_key = orders.order_key
left join exchange_rates
    on
        localised.currency = exchange_rates.from_currency
        and coalesce(localised.refunded_date, localised.requested_date) = exchange_rates.date
