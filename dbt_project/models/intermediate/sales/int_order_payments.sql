{%- set received = "transaction_kind in ('SALE', 'CAPTURE')" %}

with transactions as (

    select * from {{ ref('stg_shopify__transactions') }}

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

-- Only success moved money. An authorisation is a promise and a capture the money: both would count an order twice.
successful as (

    select
        transactions.store_id,
        transactions.order_id,
        transactions.transaction_kind,
        transactions.gateway,
        transactions.amount,
        coalesce(transactions.fee_amount, 0) as fee_amount,
        coalesce(transactions.processed_at, transactions.created_at) as paid_at,
        {{ local_date('coalesce(transactions.processed_at, transactions.created_at)', 'stores.timezone') }}
            as paid_date,
        orders.currency
    from transactions
    inner join stores
        on transactions.store_id = stores.store_id
    inner join orders
        on
            transactions.store_id = orders.store_id
            and transactions.order_id = orders.order_id
    where
        transactions.transaction_status = 'SUCCESS'
        and not coalesce(transactions.is_test, false)

),

converted as (

    select
        successful.*,
        {{ to_reporting('successful.amount', 'exchange_rates') }} as amount_reporting,
        {{ to_reporting('successful.fee_amount', 'exchange_rates') }} as fee_amount_reporting
    from successful
    left join exchange_rates
        on
            successful.currency = exchange_rates.from_currency
            and successful.paid_date = exchange_rates.date

),

final as (

    select
        store_id,
        order_id,
        {%- for twin in ['', '_reporting'] %}
        {{ money("sum(case when " ~ received ~ " then amount" ~ twin ~ " else 0 end)") }} as paid_amount{{ twin }},
        {{ money("sum(case when transaction_kind = 'REFUND' then amount" ~ twin ~ " else 0 end)") }}
            as refunded_amount{{ twin }},
        {{ money("sum(case when " ~ received ~ " and gateway = 'gift_card' then amount" ~ twin ~ " else 0 end)") }}
            as gift_card_redeemed_amount{{ twin }},
        {{ money("sum(fee_amount" ~ twin ~ ")") }} as payment_fee_amount{{ twin }},
        {%- endfor %}
        min(case when {{ received }} then paid_at end) as first_paid_at
    from converted
    group by
        store_id,
        order_id

)

select * from final
