with reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

stated_exchange_rates as (

    select * from {{ ref('int_stated_exchange_rates') }}

),

-- A pair given only the other way round is turned; a pair given both ways is taken as given.
direct_rates as (

    select
        stated_exchange_rates.source,
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
        stated_exchange_rates.source,
        stated_exchange_rates.to_currency as from_currency,
        stated_exchange_rates.valid_from_date,
        cast({{ safe_divide('1', 'stated_exchange_rates.rate') }} as decimal(24, 10)) as rate_to_reporting
    from stated_exchange_rates
    inner join reporting_currency
        on stated_exchange_rates.from_currency = reporting_currency.reporting_currency
    left join direct_rates
        on
            stated_exchange_rates.source = direct_rates.source
            and stated_exchange_rates.to_currency = direct_rates.from_currency
    where
        coalesce(stated_exchange_rates.rate, 1) <> 0
        and direct_rates.from_currency is null

),

led_rates as (

    select * from direct_rates

    union all

    select * from inverse_rates

),

led_currencies as (

    select distinct
        source,
        from_currency
    from led_rates

),

-- Two currencies that a source states on one day against a third: their rate is led over it.
cross_rates as (

    select
        own.source,
        own.to_currency as from_currency,
        own.valid_from_date,
        cast({{ safe_divide('reporting.rate', 'own.rate') }} as decimal(24, 10)) as rate_to_reporting
    from stated_exchange_rates as own
    inner join stated_exchange_rates as reporting
        on
            own.source = reporting.source
            and own.from_currency = reporting.from_currency
            and own.valid_from_date = reporting.valid_from_date
    inner join reporting_currency
        on reporting.to_currency = reporting_currency.reporting_currency
    left join led_currencies
        on
            own.source = led_currencies.source
            and own.to_currency = led_currencies.from_currency
    where
        own.to_currency <> reporting_currency.reporting_currency
        and own.from_currency <> reporting_currency.reporting_currency
        and led_currencies.from_currency is null
    qualify row_number() over (
            partition by own.source, own.to_currency, own.valid_from_date
            order by own.from_currency nulls last
        ) = 1

),

stated_rates as (

    select * from led_rates

    union all

    select * from cross_rates

),

ranked_rates as (

    select
        *,
        source in ('{{ var('reference_rate_sources') | join("', '") }}') as is_reference
    from stated_rates

),

-- A rate that somebody has put into a file stands from its first day on; a bank's fills the days before and the rest.
trusted_rates as (

    select
        *,
        min(case when not is_reference then valid_from_date end) over (partition by from_currency) as first_own_date
    from ranked_rates

),

rates as (

    select
        from_currency,
        valid_from_date,
        rate_to_reporting
    from trusted_rates
    where
        not is_reference
        or first_own_date is null
        or valid_from_date < first_own_date

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
    where days.rate_to_reporting is not null

)

select * from final
