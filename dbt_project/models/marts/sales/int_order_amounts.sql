{%- set ledger_amounts = ['cancelled_amount', 'edited_amount', 'current_net_sales_amount'] %}
{%- set payment_amounts = [
    'paid_amount', 'refunded_amount', 'gift_card_redeemed_amount', 'payment_fee_amount', 'cash_rounding_amount'
] %}

with orders as (

    select * from {{ ref('int_orders') }}

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

-- Everything below an order comes to the order's grain before it is joined. A tip or a charge may stand on a line too:
-- the ledger tells what was charged, and once.
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
        sum(case when is_gift_card then line_discount_amount else 0 end) as gift_card_discount_amount,
        sum(case when line_type in ('product', 'gift_card') then line_net_amount else 0 end) as line_net_amount,
        sum(case when line_type = 'tip' then 0 else line_net_amount end) as line_subtotal_amount,
        sum(case when line_type = 'tip' then 0 else line_discount_amount end) as line_discount_amount,
        sum(case when line_type in ('product', 'gift_card') then line_tax_amount else 0 end) as line_tax_amount,
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
        -{{ known_sum_where('is_returned', 'amount' ~ twin) }} as returned_amount{{ twin }},
        -{{ known_sum_where('is_cancelled', 'amount' ~ twin) }} as cancelled_amount{{ twin }},
        {{ known_sum_where("is_sales_entry and base_entry_type = 'edit'", 'amount' ~ twin) }}
            as edited_amount{{ twin }},
        {{ known_sum_where('is_sales_entry', 'amount' ~ twin) }} as current_net_sales_amount{{ twin }},
        {%- endfor %}
        sum(case when is_charged and line_type = 'duty' then amount else 0 end) as duty_amount,
        sum(case when is_charged and line_type = 'fee' then amount else 0 end) as fee_amount,
        sum(case when is_charged and line_type = 'unknown' then amount else 0 end) as unknown_amount,
        sum(case when is_charged and line_type in ('duty', 'fee', 'tip', 'unknown') then tax_amount else 0 end)
            as charges_tax_amount
    from ledger
    group by order_key

)

select
    orders.order_key,
    orders.store_id,
    orders.order_id,
    coalesce(lines_by_order.line_count, 0) as line_count,
    coalesce(lines_by_order.quantity, 0) as quantity,
    orders.order_type = 'order'
    and not orders.is_test
    and coalesce(lines_by_order.sales_line_count, 0) > 0 as is_sales_order,
    coalesce(lines_by_order.line_net_amount, 0) as line_net_amount,
    coalesce(lines_by_order.line_subtotal_amount, 0) as line_subtotal_amount,
    coalesce(lines_by_order.line_discount_amount, 0) as line_discount_amount,
    coalesce(lines_by_order.gift_card_discount_amount, 0) as gift_card_discount_amount,
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
        + coalesce(ledger_by_order.charges_tax_amount, 0)
    ) as tax_amount,
    coalesce(ledger_by_order.duty_amount, 0) as duty_amount,
    coalesce(ledger_by_order.fee_amount, 0) as fee_amount,
    coalesce(ledger_by_order.unknown_amount, 0) as unknown_amount,
    {{ known_returns('coalesce(ledger_by_order.returned_quantity, 0)', 'orders.has_unknown_returns') }}
        as returned_quantity,
    coalesce(ledger_by_order.cancelled_quantity, 0) as cancelled_quantity,
    {{ known_returns('coalesce(ledger_by_order.returned_amount, 0)', 'orders.has_unknown_returns') }}
        as returned_amount,
    {{ known_returns(
        'case when ledger_by_order.order_key is null then 0 else ledger_by_order.returned_amount_reporting end',
        'orders.has_unknown_returns'
    ) }} as returned_amount_reporting,
    {%- for amount in ledger_amounts %}
    coalesce(ledger_by_order.{{ amount }}, 0) as {{ amount }},
    case when ledger_by_order.order_key is null then 0 else ledger_by_order.{{ amount }}_reporting end
        as {{ amount }}_reporting,
    {%- endfor %}
    {%- for amount in payment_amounts %}
    case when payments.order_id is null then 0 else payments.{{ amount }} end as {{ amount }},
    case when payments.order_id is null then 0 else payments.{{ amount }}_reporting end as {{ amount }}_reporting,
    {%- endfor %}
    payments.first_paid_at
from orders
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
