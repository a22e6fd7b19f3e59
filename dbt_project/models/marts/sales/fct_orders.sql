{#- Converted with the rate of the order's date; what happened later brings its own twin along. #}
{%- set order_amounts = [
    'gross_sales_amount', 'discount_amount', 'net_sales_amount', 'gift_card_sales_amount', 'shipping_amount',
    'shipping_discount_amount', 'tax_amount', 'duty_amount', 'fee_amount', 'tip_amount', 'cost_amount',
    'source_total_amount'
] %}
{%- set ledger_amounts = ['returned_amount', 'cancelled_amount', 'edited_amount', 'current_net_sales_amount'] %}
{%- set payment_amounts = ['paid_amount', 'refunded_amount', 'gift_card_redeemed_amount', 'payment_fee_amount'] %}

with orders as (

    select * from {{ ref('int_orders') }}

),

order_customers as (

    select * from {{ ref('int_order_customers') }}

),

order_sequence as (

    select * from {{ ref('int_order_sequence') }}

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

payments as (

    select * from {{ ref('int_order_payments') }}

),

shipping as (

    select * from {{ ref('int_order_shipping') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

-- Everything below an order comes to the order's grain before it is joined.
lines_by_order as (

    select
        order_key,
        count(*) as line_count,
        sum(case when is_sales_line then 1 else 0 end) as sales_line_count,
        sum(case when is_sales_line then quantity else 0 end) as quantity,
        sum(case when is_sales_line then line_gross_amount else 0 end) as gross_sales_amount,
        sum(case when is_sales_line then line_discount_amount else 0 end) as discount_amount,
        sum(case when is_sales_line then line_net_amount else 0 end) as net_sales_amount,
        sum(case when is_gift_card then line_net_amount else 0 end) as gift_card_sales_amount,
        sum(line_tax_amount) as line_tax_amount,
        sum(case when is_sales_line then line_cost_amount end) as cost_amount,
        sum(case when is_sales_line and line_cost_amount is null then quantity else 0 end) as quantity_without_cost
    from order_lines
    group by order_key

),

ledger_by_order as (

    select
        order_key,
        -sum(case when is_returned then quantity else 0 end) as returned_quantity,
        -sum(case when is_cancelled then quantity else 0 end) as cancelled_quantity,
        {%- for twin in ['', '_reporting'] %}
        -sum(case when is_returned then amount{{ twin }} else 0 end) as returned_amount{{ twin }},
        -sum(case when is_cancelled then amount{{ twin }} else 0 end) as cancelled_amount{{ twin }},
        sum(case when is_sales_entry and base_entry_type = 'edit' then amount{{ twin }} else 0 end)
            as edited_amount{{ twin }},
        sum(case when is_sales_entry then amount{{ twin }} else 0 end) as current_net_sales_amount{{ twin }},
        {%- endfor %}
        sum(case when is_charged and line_type = 'duty' then amount else 0 end) as duty_amount,
        sum(case when is_charged and line_type = 'fee' then amount else 0 end) as fee_amount,
        sum(case when is_charged and line_type in ('duty', 'fee') then tax_amount else 0 end)
            as duty_and_fee_tax_amount
    from ledger
    group by order_key

),

measured as (

    select
        orders.*,
        order_customers.customer_key,
        order_customers.customer_type,
        coalesce(lines_by_order.line_count, 0) as line_count,
        coalesce(lines_by_order.quantity, 0) as quantity,
        orders.order_type = 'order'
        and not orders.is_test
        and coalesce(lines_by_order.sales_line_count, 0) > 0 as is_sales_order,
        coalesce(lines_by_order.gross_sales_amount, 0) as gross_sales_amount,
        coalesce(lines_by_order.discount_amount, 0) as discount_amount,
        coalesce(lines_by_order.net_sales_amount, 0) as net_sales_amount,
        coalesce(lines_by_order.gift_card_sales_amount, 0) as gift_card_sales_amount,
        lines_by_order.cost_amount,
        coalesce(lines_by_order.quantity_without_cost, 0) as quantity_without_cost,
        coalesce(shipping.shipping_amount, 0) as shipping_amount,
        coalesce(shipping.shipping_discount_amount, 0) as shipping_discount_amount,
        coalesce(
            orders.source_tax_amount,
            coalesce(lines_by_order.line_tax_amount, 0) + coalesce(shipping.shipping_tax_amount, 0)
            + coalesce(ledger_by_order.duty_and_fee_tax_amount, 0)
        ) as tax_amount,
        coalesce(ledger_by_order.duty_amount, 0) as duty_amount,
        coalesce(ledger_by_order.fee_amount, 0) as fee_amount,
        coalesce(ledger_by_order.returned_quantity, 0) as returned_quantity,
        coalesce(ledger_by_order.cancelled_quantity, 0) as cancelled_quantity,
        {%- for amount in ledger_amounts %}
        coalesce(ledger_by_order.{{ amount }}, 0) as {{ amount }},
        coalesce(ledger_by_order.{{ amount }}_reporting, 0) as {{ amount }}_reporting,
        {%- endfor %}
        {%- for amount in payment_amounts %}
        coalesce(payments.{{ amount }}, 0) as {{ amount }},
        coalesce(payments.{{ amount }}_reporting, 0) as {{ amount }}_reporting,
        {%- endfor %}
        payments.first_paid_at
    from orders
    left join order_customers
        on
            orders.store_id = order_customers.store_id
            and orders.order_id = order_customers.order_id
    left join lines_by_order
        on orders.order_key = lines_by_order.order_key
    left join ledger_by_order
        on orders.order_key = ledger_by_order.order_key
    left join payments
        on
            orders.store_id = payments.store_id
            and orders.order_id = payments.order_id
    left join shipping
        on
            orders.store_id = shipping.store_id
            and orders.order_id = shipping.order_id

)

select
    measured.order_key,
    measured.store_id,
    measured.order_id,
    measured.order_name,
    measured.platform,
    measured.order_type,
    measured.channel_key,
    measured.channel_id,
    measured.source_name,
    measured.customer_key,
    measured.customer_type,
    order_sequence.customer_order_number,
    coalesce(order_sequence.customer_order_number = 1, false) as is_first_order,
    order_sequence.previous_order_date,
    measured.ordered_at,
    measured.order_date,
    measured.order_hour,
    measured.first_paid_at,
    measured.cancelled_at,
    measured.financial_status,
    measured.fulfillment_status,
    measured.return_status,
    measured.cancel_reason,
    measured.discount_codes,
    measured.country_code,
    measured.province_code,
    measured.city,
    cast(measured.line_count as int) as line_count,
    cast(measured.quantity as int) as quantity,
    cast(measured.quantity_without_cost as int) as quantity_without_cost,
    cast(measured.returned_quantity as int) as returned_quantity,
    cast(measured.cancelled_quantity as int) as cancelled_quantity,
    {%- for amount in order_amounts + ledger_amounts + payment_amounts %}
    {{ money('measured.' ~ amount) }} as {{ amount }},
    {%- endfor %}
    measured.currency,
    measured.presentment_currency,
    {%- for amount in order_amounts %}
    {{ to_reporting('measured.' ~ amount, 'exchange_rates') }} as {{ amount }}_reporting,
    {%- endfor %}
    {%- for amount in ledger_amounts + payment_amounts %}
    {{ money('measured.' ~ amount ~ '_reporting') }} as {{ amount }}_reporting,
    {%- endfor %}
    {{ reporting_currency() }} as reporting_currency,
    measured.is_sales_order,
    measured.is_test,
    measured.is_edited,
    measured.is_cancelled,
    measured.is_paid
from measured
left join order_sequence
    on measured.order_key = order_sequence.order_key
left join exchange_rates
    on
        measured.currency = exchange_rates.from_currency
        and measured.order_date = exchange_rates.date
