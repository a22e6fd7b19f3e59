{%- set amounts = ['subtotal_amount', 'discount_amount', 'tax_amount', 'total_amount'] %}

with checkouts as (

    select * from {{ ref('int_checkouts') }}

),

customers as (

    select * from {{ ref('int_customers') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

dated as (

    select
        checkouts.*,
        {{ local_date('checkouts.started_at', 'stores.timezone') }} as started_date,
        {{ local_date('checkouts.completed_at', 'stores.timezone') }} as completed_date
    from checkouts
    inner join stores
        on checkouts.store_id = stores.store_id

)

select
    {{ surrogate_key(['dated.store_id', 'dated.checkout_id']) }} as checkout_key,
    dated.store_id,
    dated.checkout_id,
    dated.checkout_name,
    customers.customer_key,
    dated.started_at,
    dated.started_date,
    dated.completed_at,
    dated.completed_date,
    {{ hours_between('dated.started_at', 'dated.completed_at') }} as hours_to_completion,
    cast(dated.line_count as int) as line_count,
    cast(dated.quantity as int) as quantity,
    dated.discount_codes,
    {%- for amount in amounts %}
    {{ money('dated.' ~ amount) }} as {{ amount }},
    {%- endfor %}
    dated.currency,
    {%- for amount in amounts %}
    {{ to_reporting('dated.' ~ amount, 'exchange_rates') }} as {{ amount }}_reporting,
    {%- endfor %}
    {{ reporting_currency() }} as reporting_currency,
    dated.completed_at is not null as is_recovered
from dated
left join customers
    on
        dated.store_id = customers.store_id
        and dated.customer_id = customers.customer_id
left join exchange_rates
    on
        dated.currency = exchange_rates.from_currency
        and dated.started_date = exchange_rates.date
