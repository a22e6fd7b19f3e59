{%- set types = ['charge', 'refund', 'dispute'] %}

with payouts as (

    select * from {{ ref('int_payouts') }}

),

balance_transactions as (

    select * from {{ ref('fct_balance_transactions') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

sums as (

    select
        store_id,
        payout_id,
        count(*) as transaction_count,
        {%- for type in types %}
        sum(case when transaction_type = '{{ type }}' then amount else 0 end) as {{ type }}_amount,
        {%- endfor %}
        sum(case when transaction_type not in ('charge', 'refund', 'dispute') then amount else 0 end) as other_amount,
        sum(fee_amount) as fee_amount,
        sum(net_amount) as transaction_net_amount
    from balance_transactions
    where payout_id is not null
    group by
        store_id,
        payout_id

),

dated as (

    select
        payouts.*,
        {{ local_date('payouts.issued_at', 'stores.timezone') }} as issued_date
    from payouts
    inner join stores
        on payouts.store_id = stores.store_id

)

select
    {{ surrogate_key(['dated.store_id', 'dated.payout_id']) }} as payout_key,
    dated.store_id,
    dated.payout_id,
    dated.payout_status,
    dated.net_amount < 0 as is_withdrawal,
    dated.issued_at,
    dated.issued_date,
    cast(coalesce(sums.transaction_count, 0) as int) as transaction_count,
    {%- for type in types + ['other'] %}
    {{ money('sums.' ~ type ~ '_amount') }} as {{ type }}_amount,
    {%- endfor %}
    {{ money('sums.fee_amount') }} as fee_amount,
    {{ money('sums.transaction_net_amount') }} as transaction_net_amount,
    {{ money('dated.net_amount') }} as net_amount,
    dated.currency,
    {{ to_reporting('sums.fee_amount', 'exchange_rates') }} as fee_amount_reporting,
    {{ to_reporting('dated.net_amount', 'exchange_rates') }} as net_amount_reporting,
    {{ reporting_currency() }} as reporting_currency
from dated
left join sums
    on
        dated.store_id = sums.store_id
        and dated.payout_id = sums.payout_id
left join exchange_rates
    on
        dated.currency = exchange_rates.from_currency
        and dated.issued_date = exchange_rates.date
