with reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

stated_exchange_rates as (

    select * from {{ ref('int_stated_exchange_rates') }}

),

-- A pair given only the other way round is turned; a pair given both ways is taken as given.
direct_rates as (

    select
        stated_exchange_rates.from_currency,
        stated_exchange_rates.valid_from_date,
        stated_exchange_rates.rate as rate_to_reporting
    from stated_exchange_rates
    inner join reporting_currency
        on stated_exchange_rates.to_currency = reporting_currency.reporting_currency
    where stated_exchange_rates.from_currency <> reporting_currency.reporting_currency

),

inverse_rates as (

    select
        stated_exchange_rates.to_currency as from_currency,
        stated_exchange_rates.valid_from_date,
        cast({{ safe_divide('1', 'stated_exchange_rates.rate') }} as decimal(24, 10)) as rate_to_reporting
    from stated_exchange_rates
    inner join reporting_currency
        on stated_exchange_rates.from_currency = reporting_currency.reporting_currency
    where
        stated_exchange_rates.rate <> 0
        and stated_exchange_rates.to_currency not in (select direct_rates.from_currency from direct_rates)

),

rates as (

    select * from direct_rates

    union all

    select * from inverse_rates

    union all

    select
        reporting_currency as from_currency,
        cast('1990-01-01' as date) as valid_from_date,
        cast(1 as decimal(24, 10)) as rate_to_reporting
    from reporting_currency

),

-- Plans reach into the future: the last known rate holds for two years.
periods as (

    select
        from_currency,
        rate_to_reporting,
        valid_from_date,
        coalesce(
            {{ add_days(
                'lead(valid_from_date) over (partition by from_currency order by valid_from_date nulls last)', -1
            ) }},
            {{ add_months(as_of_date("'UTC'"), 24) }}
        ) as valid_to_date
    from rates

),

days as (

    {{ explode_dates('periods', 'valid_from_date', 'valid_to_date', 'date') }}

),

final as (

    select
        days.from_currency,
        days.date,
        cast(days.rate_to_reporting as decimal(24, 10)) as rate_to_reporting,
        reporting_currency.reporting_currency
    from days
    cross join reporting_currency

)

select * from final
