with competitor_prices as (

    select * from {{ ref('int_competitor_prices') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

sequenced as (

    select
        *,
        lag(price) over (partition by competitor, sku, currency order by observed_date nulls last) as previous_price,
        lead(observed_date) over (
            partition by competitor, sku, currency
            order by observed_date nulls last
        ) as next_observed_date
    from competitor_prices
    where observed_date <= {{ as_of_date("'UTC'") }}

)

select
    {{ surrogate_key(['sequenced.competitor', 'sequenced.sku', 'sequenced.observed_date']) }} as competitor_price_key,
    sequenced.competitor,
    sequenced.sku,
    sequenced.observed_date,
    -- A price that nobody looked at for 30 days is no longer known.
    least(
        coalesce(sequenced.next_observed_date, {{ add_days('sequenced.observed_date', 30) }}),
        {{ add_days('sequenced.observed_date', 30) }}
    ) as valid_to_date,
    sequenced.price,
    sequenced.previous_price,
    100 * {{ safe_divide(
        'sequenced.price - sequenced.previous_price', 'sequenced.previous_price'
    ) }} as price_change_pct,
    sequenced.currency,
    {{ to_reporting('sequenced.price') }} as price_reporting,
    {{ reporting_currency() }} as reporting_currency,
    sequenced.is_in_stock,
    sequenced.url
from sequenced
left join exchange_rates as rates
    on
        sequenced.currency = rates.from_currency
        and sequenced.observed_date = rates.date
