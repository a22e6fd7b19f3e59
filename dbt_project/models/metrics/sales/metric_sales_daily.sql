{%- set bases = {'order_date': 'order_date', 'event_date': 'ledger_date'} %}
{%- set sold = "is_sales_entry and base_entry_type in ('sale', 'edit', 'exchange')" %}
{%- set returned = "is_sales_entry and base_entry_type = 'return'" %}
{%- set cancelled = "is_sales_entry and base_entry_type = 'cancellation'" %}
{#- Counts: what is counted (distinct) and the condition. Units and amounts: condition, sign in the ledger, column. #}
{%- set distinct_counts = {
    'orders': ['order_key', 'true'],
    'new_customer_orders': ['order_key', 'is_first_order'],
    'returning_customer_orders': ['order_key', 'not is_first_order'],
    'distinct_customers': ['customer_key', 'true']
} %}
{%- set units = {
    'units_sold': [sold, ''],
    'units_returned': [returned, '-'],
    'units_cancelled': [cancelled, '-'],
    'units_net': ['is_sales_entry', '']
} %}
{%- set amounts = {
    'gross_sales': [sold, '', 'gross_amount'],
    'discounts': [sold, '', 'discount_amount'],
    'returns': [returned, '-', 'amount'],
    'cancellations': [cancelled, '-', 'amount'],
    'adjustments': ["is_sales_entry and base_entry_type = 'adjustment'", '', 'amount'],
    'net_sales': ['is_sales_entry', '', 'amount'],
    'net_sales_of_new_customers': ['is_sales_entry and is_first_order', '', 'amount'],
    'net_sales_of_paid_orders': ['is_sales_entry and is_paid', '', 'amount'],
    'shipping': ["line_type = 'shipping'", '', 'amount'],
    'tax': ['true', '', 'tax_amount'],
    'tips': ["line_type = 'tip'", '', 'amount'],
    'fees_and_duties': ["line_type in ('fee', 'duty')", '', 'amount'],
    'gift_card_sales': ["line_type = 'gift_card'", '', 'amount'],
    'refund_adjustments': ["line_type = 'adjustment'", '', 'amount'],
    'other_entries': [
        "not is_sales_entry and line_type not in ('shipping', 'tip', 'fee', 'duty', 'gift_card', 'adjustment')",
        '', 'amount'
    ]
} %}
{%- set integers = distinct_counts.keys() | list + units.keys() | list %}
{%- set twins = ['', '_reporting'] %}

with ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

product_days as (

    select * from {{ ref('metric_sales_product_daily') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

entries as (

    select
        ledger.*,
        coalesce(orders.channel_id, 'other') as channel_id,
        orders.customer_key,
        coalesce(orders.is_first_order, false) as is_first_order,
        coalesce(orders.is_paid, false) as is_paid
    from ledger
    left join orders
        on ledger.order_key = orders.order_key
    where not ledger.is_test

),

-- An order counts on the day it was placed, or on that its sale was first booked: a correction does not count it again.
placed_orders as (

    select
        store_id,
        channel_id,
        order_date as date,
        'order_date' as basis,
        order_key,
        customer_key,
        is_first_order
    from orders
    where is_sales_order

    union all

    select
        store_id,
        channel_id,
        ledger_date as date,
        'event_date' as basis,
        order_key,
        customer_key,
        is_first_order
    from entries
    where
        is_sales_entry
        and entry_type = 'sale'
        and posting_number = 1

),

counted as (

    select
        store_id,
        channel_id,
        date,
        basis
        {%- for measure, (column, condition) in distinct_counts.items() %},
        count(distinct case when {{ condition }} then {{ column }} end) as {{ measure }}
        {%- endfor %}
    from placed_orders
    group by
        store_id,
        channel_id,
        date,
        basis

),

summed as (
{% for basis, date_column in bases.items() %}
    select
        store_id,
        channel_id,
        {{ date_column }} as date,
        '{{ basis }}' as basis
        {%- for measure, (condition, sign) in units.items() %},
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
        {{ date_column }}
{% if not loop.last %}
    union all
{% endif %}
{%- endfor %}
),

-- Every counted order has entries on its day, so the sums' days are all days.
measured as (

    select
        summed.*
        {%- for measure in distinct_counts %},
        counted.{{ measure }}
        {%- endfor %}
    from summed
    left join counted
        on
            summed.store_id = counted.store_id
            and summed.channel_id = counted.channel_id
            and summed.date = counted.date
            and summed.basis = counted.basis

),

pivoted as (

    select
        store_id,
        channel_id,
        date
        {%- for basis in bases %}
        {%- for measure in integers %},
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
        date

),

costs as (

    select
        store_id,
        channel_id,
        date
        {%- for basis in bases %},
        sum(units_without_cost_by_{{ basis }}) as units_without_cost_by_{{ basis }}
        {%- for twin in twins %},
        sum(costed_net_sales_by_{{ basis }}{{ twin }}) as costed_net_sales_by_{{ basis }}{{ twin }},
        sum(cogs_by_{{ basis }}{{ twin }}) as cogs_by_{{ basis }}{{ twin }}
        {%- endfor %}
        {%- endfor %}
    from product_days
    group by
        store_id,
        channel_id,
        date

),

-- A day without a row is a day without sales: every channel of a store has every day from its first to the run's.
channel_periods as (

    select
        pivoted.store_id,
        pivoted.channel_id,
        stores.currency,
        stores.last_complete_date,
        min(pivoted.date) as first_date,
        greatest(max(pivoted.date), {{ as_of_date('stores.timezone') }}) as last_date
    from pivoted
    inner join stores
        on pivoted.store_id = stores.store_id
    group by
        pivoted.store_id,
        pivoted.channel_id,
        stores.currency,
        stores.timezone,
        stores.last_complete_date

),

days as (

    {{ explode_dates('channel_periods', 'first_date', 'last_date', 'date') }}

),

dense as (

    select
        days.store_id,
        days.channel_id,
        days.date,
        days.last_complete_date,
        days.currency,
        reporting_currency.reporting_currency
        {%- for basis in bases %}
        {%- for measure in integers %},
        coalesce(pivoted.{{ measure }}_by_{{ basis }}, 0) as {{ measure }}_by_{{ basis }}
        {%- endfor %},
        coalesce(costs.units_without_cost_by_{{ basis }}, 0) as units_without_cost_by_{{ basis }}
        {%- for twin in twins %}
        {%- for measure in amounts %},
        coalesce(pivoted.{{ measure }}_by_{{ basis }}{{ twin }}, 0) as {{ measure }}_by_{{ basis }}{{ twin }}
        {%- endfor %},
        coalesce(costs.costed_net_sales_by_{{ basis }}{{ twin }}, 0) as costed_net_sales_by_{{ basis }}{{ twin }},
        coalesce(costs.cogs_by_{{ basis }}{{ twin }}, 0) as cogs_by_{{ basis }}{{ twin }}
        {%- endfor %}
        {%- endfor %}
    from days
    cross join reporting_currency
    left join pivoted
        on
            days.store_id = pivoted.store_id
            and days.channel_id = pivoted.channel_id
            and days.date = pivoted.date
    left join costs
        on
            days.store_id = costs.store_id
            and days.channel_id = costs.channel_id
            and days.date = costs.date

)

select
    dense.store_id,
    dense.channel_id,
    dense.date,
    {%- for basis in bases %}
    {%- for measure in integers + ['units_without_cost'] %}
    cast(dense.{{ measure }}_by_{{ basis }} as bigint) as {{ measure }}_by_{{ basis }},
    {%- endfor %}
    {%- for twin in twins %}
    {%- for measure in amounts.keys() | list + ['costed_net_sales', 'cogs'] %}
    {{ money('dense.' ~ measure ~ '_by_' ~ basis ~ twin) }} as {{ measure }}_by_{{ basis }}{{ twin }},
    {%- endfor %}
    {{ gross_profit(
        'dense.net_sales_by_' ~ basis ~ twin,
        'dense.costed_net_sales_by_' ~ basis ~ twin,
        'dense.cogs_by_' ~ basis ~ twin
    ) }} as gross_profit_by_{{ basis }}{{ twin }},
    {%- for days_before in [7, 364] %}
    lag({{ money('dense.net_sales_by_' ~ basis ~ twin) }}, {{ days_before }}) over (
        partition by dense.store_id, dense.channel_id
        order by dense.date nulls last
    ) as net_sales_{{ days_before }}_days_before_by_{{ basis }}{{ twin }},
    {%- endfor %}
    {%- endfor %}
    {%- for days_before in [7, 364] %}
    cast(
        lag(dense.orders_by_{{ basis }}, {{ days_before }}) over (
            partition by dense.store_id, dense.channel_id
            order by dense.date nulls last
        ) as bigint
    ) as orders_{{ days_before }}_days_before_by_{{ basis }},
    {%- endfor %}
    {{ safe_divide(
        'dense.costed_net_sales_by_' ~ basis ~ ' - dense.cogs_by_' ~ basis, 'dense.costed_net_sales_by_' ~ basis
    ) }} as gross_margin_rate_by_{{ basis }},
    {{ safe_divide('dense.discounts_by_' ~ basis, 'dense.gross_sales_by_' ~ basis) }}
        as discount_rate_by_{{ basis }},
    {{ safe_divide(
        'dense.gross_sales_by_' ~ basis ~ ' - dense.discounts_by_' ~ basis, 'dense.orders_by_' ~ basis
    ) }} as average_order_value_by_{{ basis }},
    {{ safe_divide('dense.units_sold_by_' ~ basis, 'dense.orders_by_' ~ basis) }} as units_per_order_by_{{ basis }},
    {{ safe_divide('dense.net_sales_by_' ~ basis, 'dense.distinct_customers_by_' ~ basis) }}
        as net_sales_per_customer_by_{{ basis }},
    {%- endfor %}
    dense.currency,
    dense.reporting_currency,
    dense.date <= dense.last_complete_date as is_complete_day
from dense
