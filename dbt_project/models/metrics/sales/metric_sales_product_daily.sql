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

-- Goods taken back give back the cost at which they were sold: the cost of the order's date on every entry of it.
entries as (

    select
        ledger.*,
        coalesce(orders.channel_id, 'other') as channel_id,
        ledger.quantity * unit_costs.unit_cost as cost_amount,
        {{ to_reporting('ledger.quantity * unit_costs.unit_cost', 'exchange_rates') }} as cost_amount_reporting
    from ledger
    left join orders
        on ledger.order_key = orders.order_key
    left join unit_costs
        on
            ledger.store_id = unit_costs.store_id
            and ledger.sku = unit_costs.sku
            and ledger.order_date >= unit_costs.valid_from_date
            and ledger.order_date < unit_costs.valid_to_date
    left join exchange_rates
        on
            ledger.currency = exchange_rates.from_currency
            and ledger.order_date = exchange_rates.date
    where ledger.is_sales_entry

),

measured as (
{% for basis, date_column in bases.items() %}
    select
        store_id,
        channel_id,
        product_key,
        coalesce(sku, '') as sku,
        {{ date_column }} as date,
        currency,
        reporting_currency,
        '{{ basis }}' as basis,
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
        product_key,
        coalesce(sku, ''),
        {{ date_column }},
        currency,
        reporting_currency
{% if not loop.last %}
    union all
{% endif %}
{%- endfor %}
),

-- The two bases stand side by side: a day that only one of them knows has zeros under the other.
pivoted as (

    select
        store_id,
        channel_id,
        product_key,
        sku,
        date,
        currency,
        reporting_currency
        {%- for basis in bases %}
        {%- for measure in ['orders'] + counts.keys() | list %},
        sum(case when basis = '{{ basis }}' then {{ measure }} else 0 end) as {{ measure }}_by_{{ basis }}
        {%- endfor %}
        {%- for measure in amounts %}
        {%- for twin in twins %},
        sum(case when basis = '{{ basis }}' then {{ measure }}{{ twin }} else 0 end)
            as {{ measure }}_by_{{ basis }}{{ twin }}
        {%- endfor %}
        {%- endfor %}
        {%- endfor %}
    from measured
    group by
        store_id,
        channel_id,
        product_key,
        sku,
        date,
        currency,
        reporting_currency

)

select
    pivoted.store_id,
    pivoted.channel_id,
    pivoted.product_key,
    nullif(pivoted.sku, '') as sku,
    products.product_title,
    coalesce(products.category, 'Uncategorised') as category,
    products.brand,
    pivoted.date,
    {%- for basis in bases %}
    {%- for measure in ['orders'] + counts.keys() | list %}
    cast(pivoted.{{ measure }}_by_{{ basis }} as bigint) as {{ measure }}_by_{{ basis }},
    {%- endfor %}
    {%- for twin in twins %}
    {%- for measure in amounts %}
    {{ money('pivoted.' ~ measure ~ '_by_' ~ basis ~ twin) }} as {{ measure }}_by_{{ basis }}{{ twin }},
    {%- endfor %}
    {{ money('pivoted.net_sales_by_' ~ basis ~ twin ~ ' - pivoted.cogs_by_' ~ basis ~ twin) }}
        as gross_profit_by_{{ basis }}{{ twin }},
    {%- endfor %}
    {{ safe_divide('pivoted.net_sales_by_' ~ basis ~ ' - pivoted.cogs_by_' ~ basis, 'pivoted.net_sales_by_' ~ basis) }}
        as gross_margin_rate_by_{{ basis }},
    {{ safe_divide(
        'pivoted.gross_sales_by_' ~ basis ~ ' - pivoted.discounts_by_' ~ basis, 'pivoted.units_sold_by_' ~ basis
    ) }} as average_selling_price_by_{{ basis }},
    {%- endfor %}
    pivoted.currency,
    pivoted.reporting_currency,
    {{ is_complete_day('pivoted.date', 'stores.timezone') }} as is_complete_day
from pivoted
inner join stores
    on pivoted.store_id = stores.store_id
left join products
    on pivoted.product_key = products.product_key
