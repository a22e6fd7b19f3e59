{%- set amounts = [
    'unit_price_amount', 'line_gross_amount', 'line_discount_amount', 'line_net_amount', 'line_tax_amount',
    'unit_cost_amount', 'line_cost_amount'
] %}

with order_lines as (

    select * from {{ ref('int_order_lines') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

order_customers as (

    select * from {{ ref('int_order_customers') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

-- A line may be taken back in several refunds: they are summed before they meet the line. By type, not by the ledger's
-- flags, which leave gift cards and tests out: a line of these is taken back too.
taken_back_by_line as (

    select
        order_line_key,
        -sum(case when base_entry_type = 'return' then quantity else 0 end) as returned_quantity,
        -sum(case when base_entry_type = 'return' then amount else 0 end) as returned_amount,
        -{{ known_sum_where("base_entry_type = 'return'", 'amount_reporting') }} as returned_amount_reporting,
        -sum(case when base_entry_type = 'cancellation' then quantity else 0 end) as cancelled_quantity,
        -sum(case when base_entry_type = 'cancellation' then amount else 0 end) as cancelled_amount,
        -{{ known_sum_where("base_entry_type = 'cancellation'", 'amount_reporting') }} as cancelled_amount_reporting
    from ledger
    where
        order_line_key is not null
        and base_entry_type in ('return', 'cancellation')
    group by order_line_key

),

costed as (

    select
        order_lines.*,
        unit_costs.unit_cost as unit_cost_amount,
        {{ times('order_lines.quantity', 'unit_costs.unit_cost') }} as line_cost_amount
    from order_lines
    left join unit_costs
        on
            order_lines.store_id = unit_costs.store_id
            and order_lines.sku = unit_costs.sku
            and order_lines.order_date >= unit_costs.valid_from_date
            and order_lines.order_date < unit_costs.valid_to_date

)

select
    costed.order_line_key,
    costed.order_key,
    costed.store_id,
    costed.order_id,
    costed.order_line_id,
    cast(costed.line_number as int) as line_number,
    costed.product_key,
    order_customers.customer_key,
    orders.channel_id,
    costed.variant_id,
    costed.sku,
    costed.product_title,
    costed.variant_title,
    costed.line_type,
    costed.bundle_id,
    costed.bundle_title,
    costed.bundle_sku,
    costed.bundle_quantity,
    costed.selling_plan_name,
    costed.ordered_at,
    costed.order_date,
    costed.quantity,
    costed.current_quantity,
    cast(
        {{ known_returns('coalesce(taken_back_by_line.returned_quantity, 0)', 'orders.has_unknown_returns') }}
        as decimal(18, 4)
    ) as returned_quantity,
    cast(coalesce(taken_back_by_line.cancelled_quantity, 0) as decimal(18, 4)) as cancelled_quantity,
    {%- for amount in amounts %}
    {{ money('costed.' ~ amount) }} as {{ amount }},
    {%- endfor %}
    {{ money(
        known_returns('coalesce(taken_back_by_line.returned_amount, 0)', 'orders.has_unknown_returns')
    ) }} as line_returned_amount,
    {{ money('coalesce(taken_back_by_line.cancelled_amount, 0)') }} as line_cancelled_amount,
    costed.currency,
    {%- for amount in amounts %}
    {{ to_reporting('costed.' ~ amount, 'exchange_rates') }} as {{ amount }}_reporting,
    {%- endfor %}
    {{ money(known_returns(
        'case when taken_back_by_line.order_line_key is null then 0 else taken_back_by_line.returned_amount_reporting end',
        'orders.has_unknown_returns'
    )) }} as line_returned_amount_reporting,
    case
        when taken_back_by_line.order_line_key is null then 0
        else {{ money('taken_back_by_line.cancelled_amount_reporting') }}
    end as line_cancelled_amount_reporting,
    {{ reporting_currency() }} as reporting_currency,
    costed.is_sales_line,
    costed.line_type = 'gift_card' as is_gift_card,
    costed.is_test,
    costed.is_cancelled,
    costed.is_paid,
    costed.is_exact_duplicate
from costed
inner join orders
    on
        costed.store_id = orders.store_id
        and costed.order_id = orders.order_id
left join order_customers
    on
        costed.store_id = order_customers.store_id
        and costed.order_id = order_customers.order_id
left join taken_back_by_line
    on costed.order_line_key = taken_back_by_line.order_line_key
left join exchange_rates
    on
        costed.currency = exchange_rates.from_currency
        and costed.order_date = exchange_rates.date
