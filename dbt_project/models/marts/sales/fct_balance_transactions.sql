{%- set amounts = ['amount', 'fee_amount', 'net_amount'] %}

with balance_transactions as (

    select * from {{ ref('int_balance_transactions') }}

),

payouts as (

    select * from {{ ref('int_payouts') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

dated as (

    select
        balance_transactions.*,
        {{ local_date('balance_transactions.processed_at', 'stores.timezone') }} as processed_date
    from balance_transactions
    inner join stores
        on balance_transactions.store_id = stores.store_id

)

select
    dated.store_id,
    dated.balance_transaction_id,
    case when payouts.payout_id is not null then {{ surrogate_key(['dated.store_id', 'dated.payout_id']) }} end
        as payout_key,
    dated.payout_id,
    orders.order_key,
    dated.order_id,
    dated.payment_id,
    dated.transaction_type,
    dated.source_transaction_type,
    dated.adjustment_reason,
    dated.processed_at,
    dated.processed_date,
    {%- for amount in amounts %}
    {{ money('dated.' ~ amount) }} as {{ amount }},
    {%- endfor %}
    dated.currency,
    {%- for amount in amounts %}
    {{ to_reporting('dated.' ~ amount, 'exchange_rates') }} as {{ amount }}_reporting,
    {%- endfor %}
    {{ reporting_currency() }} as reporting_currency
from dated
left join payouts
    on
        dated.store_id = payouts.store_id
        and dated.payout_id = payouts.payout_id
left join orders
    on
        dated.store_id = orders.store_id
        and dated.order_id = orders.order_id
left join exchange_rates
    on
        dated.currency = exchange_rates.from_currency
        and dated.processed_date = exchange_rates.date
