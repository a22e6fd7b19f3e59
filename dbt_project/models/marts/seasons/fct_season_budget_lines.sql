with budgets as (

    select *
    from {{ ref('int_season_budgets') }}

),

spends as (

    select *
    from {{ ref('fct_season_spends') }}

),

seasons as (

    select *
    from {{ ref('int_seasons') }}

),

rates as (

    select *
    from {{ ref('int_exchange_rates') }}

),

spent as (

    select
        season_id,
        budget_category,
        budget_subcategory,
        {{ only_currency('line_currency') }} as line_currency,
        max(reporting_currency) as reporting_currency,
        sum(case when spend_status = 'committed' then line_spend_amount else 0 end) as committed_amount,
        sum(case when spend_status = 'actual' then line_spend_amount else 0 end) as actual_amount,
        {{ known_sum_where("spend_status = 'committed'", 'spend_amount_reporting') }}
            as committed_amount_reporting,
        {{ known_sum_where("spend_status = 'actual'", 'spend_amount_reporting') }} as actual_amount_reporting
    from spends
    group by season_id, budget_category, budget_subcategory

),

-- Spend that nobody planned is a line with a plan of zero.
lines as (

    select
        coalesce(budgets.season_id, spent.season_id) as season_id,
        coalesce(budgets.budget_category, spent.budget_category) as budget_category,
        coalesce(budgets.budget_subcategory, spent.budget_subcategory) as budget_subcategory,
        budgets.season_id is not null as is_planned,
        coalesce(budgets.planned_amount, 0) as planned_amount,
        case
            when spent.season_id is null then 0
            when spent.line_currency is not null then spent.committed_amount
        end as committed_amount,
        case
            when spent.season_id is null then 0
            when spent.line_currency is not null then spent.actual_amount
        end as actual_amount,
        coalesce(budgets.currency, spent.line_currency) as currency,
        spent.reporting_currency,
        case when spent.season_id is null then 0 else spent.committed_amount_reporting end
            as committed_amount_reporting,
        case when spent.season_id is null then 0 else spent.actual_amount_reporting end as actual_amount_reporting
    from budgets
    full outer join spent
        on
            budgets.season_id = spent.season_id
            and budgets.budget_category = spent.budget_category
            and budgets.budget_subcategory = spent.budget_subcategory

),

converted as (

    select
        lines.season_id,
        lines.budget_category,
        lines.budget_subcategory,
        lines.is_planned,
        cast(lines.planned_amount as decimal(18, 4)) as planned_amount,
        cast(lines.committed_amount as decimal(18, 4)) as committed_amount,
        cast(lines.actual_amount as decimal(18, 4)) as actual_amount,
        lines.currency,
        -- What was not planned needs no rate.
        case when lines.planned_amount = 0 then 0 else {{ to_reporting('lines.planned_amount') }} end
            as planned_amount_reporting,
        cast(lines.committed_amount_reporting as decimal(18, 4)) as committed_amount_reporting,
        cast(lines.actual_amount_reporting as decimal(18, 4)) as actual_amount_reporting,
        coalesce(rates.reporting_currency, lines.reporting_currency) as reporting_currency
    from lines
    left join seasons
        on lines.season_id = seasons.season_id
    left join rates
        on
            lines.currency = rates.from_currency
            and seasons.start_date = rates.date

)

select
    {{ surrogate_key(['season_id', 'budget_category', 'budget_subcategory']) }} as season_budget_line_key,
    season_id,
    budget_category,
    budget_subcategory,
    is_planned,
    planned_amount,
    committed_amount,
    actual_amount,
    cast(planned_amount - committed_amount - actual_amount as decimal(18, 4)) as remaining_amount,
    cast(actual_amount - planned_amount as decimal(18, 4)) as variance_amount,
    currency,
    planned_amount_reporting,
    committed_amount_reporting,
    actual_amount_reporting,
    cast(planned_amount_reporting - committed_amount_reporting - actual_amount_reporting as decimal(18, 4))
        as remaining_amount_reporting,
    reporting_currency,
    {{ safe_divide('committed_amount + actual_amount', 'planned_amount') }} as used_rate,
    {{ safe_divide('actual_amount - planned_amount', 'planned_amount') }} as variance_rate,
    committed_amount + actual_amount > planned_amount as is_over_budget
from converted
