{%- set chosen = var('reporting_currency', '') or run_setting('SHOPHOUSE_REPORTING_CURRENCY') -%}
with stores as (

    select * from {{ ref('int_stores') }}

),

stated_exchange_rates as (

    select * from {{ ref('int_stated_exchange_rates') }}

),

rates_by_currency as (

    select
        to_currency as currency,
        count(*) as rate_count
    from stated_exchange_rates
    -- A bank states its own currency against all others: that says nothing of the merchant's.
    where not ({{ is_reference_source('source') }})
    group by to_currency

),

stores_by_currency as (

    select
        currency,
        count(*) as store_count
    from stores
    group by currency

),

-- Currencies that equally many stores use: the one that rates lead to.
candidates as (

    select
        stores_by_currency.currency,
        stores_by_currency.store_count,
        coalesce(rates_by_currency.rate_count, 0) as rate_count
    from stores_by_currency
    left join rates_by_currency
        on stores_by_currency.currency = rates_by_currency.currency

    union all

    select
        'USD' as currency,
        0 as store_count,
        0 as rate_count

),

final as (

    select coalesce(nullif('{{ chosen }}', ''), currency) as reporting_currency
    from candidates
    qualify row_number() over (
        order by store_count desc nulls last, rate_count desc nulls last, currency asc nulls last
    ) = 1

)

select * from final
