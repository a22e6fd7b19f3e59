{%- set bases = {'order_date': 'order_date', 'event_date': 'ledger_date'} %}
{%- set sold = "base_entry_type in ('sale', 'edit', 'exchange')" %}
{#- Measure: its condition and its sign in the ledger. #}
{%- set counts = {
    'units_sold': [sold, ''],
    'units_returned': ["base_entry_type = 'return'", '-'],
    'units_cancelled': ["base_entry_type = 'cancellation'", '-'],
    'units_net': ['true', ''],
    'units_without_cost': ['cost_amount is null', '']
} %}
{%- set amounts = {
    'gross_sales': [sold, '', 'gross_amount'],
    'discounts': [sold, '', 'discount_amount'],
    'returns': ["base_entry_type = 'return'", '-', 'amount'],
    'cancellations': ["base_entry_type = 'cancellation'", '-', 'amount'],
    'adjustments': ["base_entry_type = 'adjustment'", '', 'amount'],
    'net_sales': ['true', '', 'amount'],
    'costed_net_sales': ['cost_amount is not null', '', 'amount'],
    'cogs': ['cost_amount is not null', '', 'cost_amount']
} %}
{%- set twins = ['', '_reporting'] %}

with ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

products as (

    select * from {{ ref('dim_product') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

-- The ledger keeps the SKU that was booked; costs are kept by the one that the product has now.
ledger_of_products as (

    select
        ledger.store_id,
        ledger.order_key,
        ledger.product_key,
        coalesce(products.sku, ledger.sku) as sku,
        ledger.order_date,
        ledger.ledger_date,
        ledger.posting_number,
        ledger.entry_type,
        ledger.base_entry_type,
        ledger.quantity,
        ledger.gross_amount,
        ledger.discount_amount,
        ledger.amount,
        ledger.gross_amount_reporting,
        ledger.discount_amount_reporting,
        ledger.amount_reporting,
        ledger.currency,
        ledger.reporting_currency
    from ledger
    left join products
        on ledger.product_key = products.product_key
    where ledger.is_sales_entry

),

-- Goods taken back give back the cost at which they were sold: the cost of the order's date on every entry of it.
entries as (

    select
        ledger_of_products.*,
        coalesce(orders.channel_id, 'other') as channel_id,
        ledger_of_products.quantity * unit_costs.unit_cost as cost_amount,
        {{ to_reporting('ledger_of_products.quantity * unit_costs.unit_cost', 'exchange_rates') }}
            as cost_amount_reporting
    from ledger_of_products
    left join orders
        on ledger_of_products.order_key = orders.order_key
    left join unit_costs
        on
            ledger_of_products.store_id = unit_costs.store_id
            and ledger_of_products.sku = unit_costs.sku
            and ledger_of_products.order_date >= unit_costs.valid_from_date
            and ledger_of_products.order_date < unit_costs.valid_to_date
    left join exchange_rates
        on
            ledger_of_products.currency = exchange_rates.from_currency
            and ledger_of_products.order_date = exchange_rates.date

),

{% for basis, date_column in bases.items() -%}
by_{{ basis }} as (

    select
        store_id,
        channel_id,
        coalesce(product_key, '') as product_key,
        coalesce(sku, '') as sku,
        {{ date_column }} as date,
        max(currency) as currency,
        max(reporting_currency) as reporting_currency,
        count(distinct case when entry_type = 'sale' and posting_number = 1 then order_key end) as orders
        {%- for measure, (condition, sign) in counts.items() %},
        {{ sign }}sum(case when {{ condition }} then quantity else 0 end) as {{ measure }}
        {%- endfor %}
        {%- for measure, (condition, sign, column) in amounts.items() %}
        {%- for twin in twins %},
        {{ sign }}sum(case when {{ condition }} then {{ column }}{{ twin }} else 0 end) as {{ measure }}{{ twin }}
        {%- endfor %}
        {%- endfor %}
    from entries
    group by
        store_id,
        channel_id,
        coalesce(product_key, ''),
        coalesce(sku, ''),
        {{ date_column }}

),

{% endfor -%}
-- The two bases stand side by side: a day that only one of them knows has zeros under the other.
side_by_side as (

    select
        {%- for column in ['store_id', 'channel_id', 'product_key', 'sku', 'date', 'currency', 'reporting_currency'] %}
        coalesce(by_order_date.{{ column }}, by_event_date.{{ column }}) as {{ column }},
        {%- endfor %}
        {%- for basis in bases %}
        {%- set outer_loop = loop %}
        {%- for measure in ['orders'] + counts.keys() | list %}
        coalesce(by_{{ basis }}.{{ measure }}, 0) as {{ measure }}_by_{{ basis }},
        {%- endfor %}
        {%- for measure in amounts %}
        {%- set last_measure = loop.last %}
        {%- for twin in twins %}
        coalesce(by_{{ basis }}.{{ measure }}{{ twin }}, 0) as {{ measure }}_by_{{ basis }}{{ twin }}
        {%- if not (outer_loop.last and last_measure and loop.last) %},{% endif %}
        {%- endfor %}
        {%- endfor %}
        {%- endfor %}
    from by_order_date
    full outer join by_event_date
        on
            by_order_date.store_id = by_event_date.store_id
            and by_order_date.channel_id = by_event_date.channel_id
            and by_order_date.product_key = by_event_date.product_key
            and by_order_date.sku = by_event_date.sku
            and by_order_date.date = by_event_date.date

)

select
    side_by_side.store_id,
    side_by_side.channel_id,
    nullif(side_by_side.product_key, '') as product_key,
    nullif(side_by_side.sku, '') as sku,
    products.product_title,
    coalesce(products.category, 'Uncategorised') as category,
    products.brand,
    side_by_side.date,
    {%- for basis in bases %}
    {%- for measure in ['orders'] + counts.keys() | list %}
    cast(side_by_side.{{ measure }}_by_{{ basis }} as bigint) as {{ measure }}_by_{{ basis }},
    {%- endfor %}
    {%- for twin in twins %}
    {%- for measure in amounts %}
    {{ money('side_by_side.' ~ measure ~ '_by_' ~ basis ~ twin) }} as {{ measure }}_by_{{ basis }}{{ twin }},
    {%- endfor %}
    {{ gross_profit(
        'side_by_side.net_sales_by_' ~ basis ~ twin,
        'side_by_side.costed_net_sales_by_' ~ basis ~ twin,
        'side_by_side.cogs_by_' ~ basis ~ twin
    ) }} as gross_profit_by_{{ basis }}{{ twin }},
    {%- endfor %}
    {{ safe_divide(
        'side_by_side.costed_net_sales_by_' ~ basis ~ ' - side_by_side.cogs_by_' ~ basis,
        'side_by_side.costed_net_sales_by_' ~ basis
    ) }} as gross_margin_rate_by_{{ basis }},
    {{ safe_divide(
        'side_by_side.gross_sales_by_' ~ basis ~ ' - side_by_side.discounts_by_' ~ basis,
        'side_by_side.units_sold_by_' ~ basis
    ) }} as average_selling_price_by_{{ basis }},
    {%- endfor %}
    side_by_side.currency,
    side_by_side.reporting_currency,
    side_by_side.date <= stores.last_complete_date as is_complete_day
from side_by_side
inner join stores
    on side_by_side.store_id = stores.store_id
left join products
    on side_by_side.product_key = products.product_key
