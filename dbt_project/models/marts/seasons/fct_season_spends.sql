-- Spend in three currencies: its own, the reporting currency, and the one its budget line was planned in.
with spends as (

    select *
    from {{ ref('int_season_spends') }}

),

budgets as (

    select *
    from {{ ref('int_season_budgets') }}

),

seasons as (

    select *
    from {{ ref('int_seasons') }}

),

rates as (

    select *
    from {{ ref('int_exchange_rates') }}

),

placed as (

    select
        spends.spend_id,
        spends.season_id,
        spends.budget_category,
        spends.budget_subcategory,
        spends.spend_status,
        spends.spend_amount,
        spends.currency,
        spends.spend_date,
        coalesce(budgets.currency, seasons.currency, spends.currency) as line_currency
    from spends
    left join budgets
        on
            spends.season_id = budgets.season_id
            and spends.budget_category = budgets.budget_category
            and spends.budget_subcategory = budgets.budget_subcategory
    left join seasons
        on spends.season_id = seasons.season_id

)

select
    placed.spend_id,
    placed.season_id,
    placed.budget_category,
    placed.budget_subcategory,
    placed.spend_status,
    placed.spend_date,
    placed.spend_amount,
    placed.currency,
    case
        when placed.currency = placed.line_currency then placed.spend_amount
        else {{ to_currency('placed.spend_amount', 'rates', 'line_rates') }}
    end as line_spend_amount,
    placed.line_currency,
    {{ to_reporting('placed.spend_amount') }} as spend_amount_reporting,
    rates.reporting_currency
from placed
left join rates
    on
        placed.currency = rates.from_currency
        and placed.spend_date = rates.date
left join rates as line_rates
    on
        placed.line_currency = line_rates.from_currency
        and placed.spend_date = line_rates.date
