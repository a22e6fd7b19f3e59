{%- set amounts = [
    'line_amount', 'cancelled_line_amount', 'shipping_amount', 'duty_amount', 'fee_amount', 'tax_amount',
    'adjustment_amount', 'refunded_amount', 'pending_amount'
] %}

with stated as (

    {{ union_of_sources('refunds', [
        'store_id', 'refund_id', 'order_id', 'return_id', 'shipping_amount', 'duty_amount', 'fee_amount',
        'charges_tax_amount', 'adjustment_amount', 'refunded_amount', 'pending_amount', 'currency', 'refunded_at'
    ]) }}

),

refund_lines as (

    select * from {{ ref('int_refund_lines') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

lines_by_refund as (

    select
        store_id,
        refund_id,
        sum(quantity) as quantity,
        sum(case when is_cancelled then 0 else quantity end) as returned_quantity,
        sum(line_amount) as line_amount,
        sum(case when is_cancelled then line_amount else 0 end) as cancelled_line_amount,
        sum(tax_amount) as tax_amount
    from refund_lines
    group by
        store_id,
        refund_id

),

added_up as (

    select
        stated.store_id,
        stated.refund_id,
        stated.order_id,
        stated.return_id,
        stated.refunded_at,
        {{ local_date('stated.refunded_at', 'stores.timezone') }} as refunded_date,
        coalesce(lines_by_refund.quantity, 0) as quantity,
        coalesce(lines_by_refund.returned_quantity, 0) as returned_quantity,
        {{ money('coalesce(lines_by_refund.line_amount, 0)') }} as line_amount,
        {{ money('coalesce(lines_by_refund.cancelled_line_amount, 0)') }} as cancelled_line_amount,
        stated.shipping_amount,
        stated.duty_amount,
        stated.fee_amount,
        {{ money('coalesce(lines_by_refund.tax_amount, 0) + stated.charges_tax_amount') }} as tax_amount,
        stated.adjustment_amount,
        stated.refunded_amount,
        stated.pending_amount,
        stated.currency
    from stated
    inner join stores
        on stated.store_id = stores.store_id
    left join lines_by_refund
        on
            stated.store_id = lines_by_refund.store_id
            and stated.refund_id = lines_by_refund.refund_id

)

select
    added_up.store_id,
    added_up.refund_id,
    added_up.order_id,
    added_up.return_id,
    added_up.refunded_at,
    added_up.refunded_date,
    added_up.quantity,
    added_up.returned_quantity,
    {%- for amount in amounts %}
    added_up.{{ amount }},
    {%- endfor %}
    added_up.currency
    {%- for amount in amounts %},
    {{ to_reporting('added_up.' ~ amount, 'exchange_rates') }} as {{ amount }}_reporting
    {%- endfor %}
from added_up
left join exchange_rates
    on
        added_up.currency = exchange_rates.from_currency
        and added_up.refunded_date = exchange_rates.date
