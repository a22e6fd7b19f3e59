with exchange_rates as (

    select * from {{ ref('stg_files__exchange_rates') }}

)

select
    from_currency,
    to_currency,
    valid_from_date,
    rate
from exchange_rates
