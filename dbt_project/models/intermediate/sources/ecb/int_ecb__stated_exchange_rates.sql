with reference_rates as (

    select * from {{ ref('stg_ecb__reference_rates') }}

),

with_rate_before as (

    select
        currency,
        date,
        rate,
        lag(rate) over (partition by currency order by date nulls last) as rate_before
    from reference_rates

)

-- Of the days on which the bank states none, the first says that the rate has ended.
select
    'EUR' as from_currency,
    currency as to_currency,
    date as valid_from_date,
    rate
from with_rate_before
where
    rate is not null
    or rate_before is not null
