select
    ledger.currency,
    min(ledger.event_date) as first_date,
    max(ledger.event_date) as last_date,
    count(*) as entries
from {{ ref('fct_sales_ledger') }} as ledger
left join {{ ref('int_exchange_rates') }} as exchange_rates
    on
        ledger.currency = exchange_rates.from_currency
        and ledger.event_date = exchange_rates.date
where exchange_rates.rate_to_reporting is null
group by ledger.currency
