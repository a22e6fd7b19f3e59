with payments as (

    select * from {{ ref('int_payments') }}

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
        payments.*,
        {{ local_date('payments.paid_at', 'stores.timezone') }} as paid_date,
        orders.currency
    from payments
    inner join stores
        on payments.store_id = stores.store_id
    inner join orders
        on
            payments.store_id = orders.store_id
            and payments.order_id = orders.order_id

),

-- Cash that came back over the counter was never paid.
signed as (

    select
        *,
        case when payment_type = 'change' then -amount else amount end as signed_amount,
        case
            when payment_type = 'payment' then rounding_amount
            when payment_type in ('change', 'refund') then -rounding_amount
            else 0
        end as signed_rounding_amount
    from dated

),

converted as (

    select
        signed.*,
        {{ to_reporting('signed.signed_amount', 'exchange_rates') }} as signed_amount_reporting,
        {{ to_reporting('signed.fee_amount', 'exchange_rates') }} as fee_amount_reporting,
        {{ to_reporting('signed.signed_rounding_amount', 'exchange_rates') }} as signed_rounding_amount_reporting
    from signed
    left join exchange_rates
        on
            signed.currency = exchange_rates.from_currency
            and signed.paid_date = exchange_rates.date

)

select
    store_id,
    order_id,
    {%- for twin in ['', '_reporting'] %}
    {{ money(known_sum_where("payment_type in ('payment', 'change')", 'signed_amount' ~ twin)) }}
        as paid_amount{{ twin }},
    {{ money(known_sum_where("payment_type = 'refund'", 'signed_amount' ~ twin)) }}
        as refunded_amount{{ twin }},
    {{ money(known_sum_where("payment_type = 'payment' and is_gift_card", 'signed_amount' ~ twin)) }}
        as gift_card_redeemed_amount{{ twin }},
    {{ money(known_sum('fee_amount' ~ twin)) }} as payment_fee_amount{{ twin }},
    {{ money(known_sum('signed_rounding_amount' ~ twin)) }} as cash_rounding_amount{{ twin }},
    {%- endfor %}
    min(case when payment_type = 'payment' then paid_at end) as first_paid_at
from converted
group by
    store_id,
    order_id
