with exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

)

select
    from_currency,
    date,
    rate_to_reporting,
    reporting_currency
from exchange_rates
