{#- Converted with the rate of the order's date; what happened later brings its own twin along. #}
{%- set order_amounts = [
    'gross_sales_amount', 'discount_amount', 'net_sales_amount', 'gift_card_sales_amount', 'shipping_amount',
    'shipping_discount_amount', 'tax_amount', 'duty_amount', 'fee_amount', 'unknown_amount', 'tip_amount',
    'cost_amount', 'source_total_amount'
] %}
{%- set stated_amounts = ['tip_amount', 'source_total_amount'] %}
{%- set ledger_amounts = ['returned_amount', 'cancelled_amount', 'edited_amount', 'current_net_sales_amount'] %}
{%- set payment_amounts = [
    'paid_amount', 'refunded_amount', 'gift_card_redeemed_amount', 'payment_fee_amount', 'cash_rounding_amount'
] %}

with orders as (

    select * from {{ ref('int_orders') }}

),

order_customers as (

    select * from {{ ref('int_order_customers') }}

),

order_sequence as (

    select * from {{ ref('int_order_sequence') }}

),

amounts as (

    select * from {{ ref('int_order_amounts') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

findings as (

    select * from {{ ref('findings') }}

),

measured as (

    select
        orders.*,
        order_customers.customer_key,
        order_customers.customer_type,
        amounts.line_count,
        amounts.quantity,
        amounts.is_sales_order,
        amounts.quantity_without_cost,
        amounts.returned_quantity,
        amounts.cancelled_quantity,
        {%- for amount in order_amounts if amount not in stated_amounts %}
        amounts.{{ amount }},
        {%- endfor %}
        {%- for amount in ledger_amounts + payment_amounts %}
        amounts.{{ amount }},
        amounts.{{ amount }}_reporting,
        {%- endfor %}
        amounts.first_paid_at
    from orders
    inner join amounts
        on orders.order_key = amounts.order_key
    left join order_customers
        on
            orders.store_id = order_customers.store_id
            and orders.order_id = order_customers.order_id

),

with_finding as (

    select distinct order_key
    from findings
    where
        is_open
        and order_key is not null

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
    measured.company_id,
    measured.company_name,
    measured.company_location_name,
    order_sequence.customer_order_number,
    coalesce(order_sequence.customer_order_number = 1, false) as is_first_order,
    order_sequence.previous_order_date,
    measured.ordered_at,
    measured.order_date,
    measured.order_hour,
    measured.first_paid_at,
    measured.cancelled_at,
    measured.closed_at,
    measured.financial_status,
    measured.fulfillment_status,
    measured.return_status,
    measured.cancel_reason,
    measured.discount_codes,
    measured.country_code,
    measured.province_code,
    measured.city,
    cast(measured.line_count as int) as line_count,
    cast(measured.quantity as decimal(18, 4)) as quantity,
    cast(measured.quantity_without_cost as decimal(18, 4)) as quantity_without_cost,
    cast(measured.returned_quantity as decimal(18, 4)) as returned_quantity,
    cast(measured.cancelled_quantity as decimal(18, 4)) as cancelled_quantity,
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
    measured.is_paid,
    with_finding.order_key is not null as has_finding,
    measured.admin_url
from measured
left join order_sequence
    on measured.order_key = order_sequence.order_key
left join with_finding
    on measured.order_key = with_finding.order_key
left join exchange_rates
    on
        measured.currency = exchange_rates.from_currency
        and measured.order_date = exchange_rates.date
