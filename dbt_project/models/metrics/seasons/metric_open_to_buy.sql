with plans as (

    select *
    from {{ ref('fct_open_to_buy_plans') }}

),

inventory as (

    select *
    from {{ ref('fct_inventory_spans') }}

),

purchase_order_lines as (

    select *
    from {{ ref('fct_purchase_order_lines') }}

),

receipts as (

    select *
    from {{ ref('fct_purchase_receipts') }}

),

products as (

    select *
    from {{ ref('dim_product') }}

),

rates as (

    select *
    from {{ ref('fct_exchange_rates') }}

),

stores as (

    select * from {{ ref('dim_store') }}

),

reporting as (

    select max(reporting_currency) as reporting_currency
    from stores

),

sku_categories as (

    select
        store_id,
        sku,
        coalesce(category, 'Uncategorised') as category
    from products
    where is_primary_for_sku

),

known_categories as (

    select category
    from sku_categories

    union

    select 'all' as category

),

received as (

    select
        store_id,
        sku,
        received_date as due_date,
        received_value_reporting as received_cost,
        0 as awaited_cost
    from receipts

),

-- What is overdue, or has no date, can come any day.
awaited as (

    select
        store_id,
        sku,
        greatest(expected_date, {{ as_of_date("'UTC'") }}) as due_date,
        0 as received_cost,
        open_value_reporting as awaited_cost
    from purchase_order_lines
    where open_quantity > 0

),

ordered as (

    select * from received

    union all

    select * from awaited

),

ordered_by_day as (

    select
        ordered.store_id,
        coalesce(sku_categories.category, 'Uncategorised') as category,
        ordered.due_date,
        sum(ordered.received_cost) as received_cost,
        sum(ordered.awaited_cost) as awaited_cost,
        sum(case when ordered.received_cost is null or ordered.awaited_cost is null then 1 else 0 end)
            as uncosted_line_count
    from ordered
    left join sku_categories
        on
            ordered.store_id = sku_categories.store_id
            and ordered.sku = sku_categories.sku
    group by
        ordered.store_id,
        coalesce(sku_categories.category, 'Uncategorised'),
        ordered.due_date

),

ordered_for_periods as (

    select
        plans.open_to_buy_key,
        sum(ordered_by_day.received_cost) as received_cost,
        sum(ordered_by_day.awaited_cost) as awaited_cost,
        sum(ordered_by_day.uncosted_line_count) as uncosted_line_count
    from plans
    inner join ordered_by_day
        on
            ordered_by_day.due_date between plans.period_start_date and plans.period_end_date
            and plans.store_id in ('all', ordered_by_day.store_id)
            and plans.category in ('all', ordered_by_day.category)
    group by plans.open_to_buy_key

),

opening_dates as (

    select distinct {{ add_days('period_start_date', -1) }} as date
    from plans

),

-- What is on its way between the store's own locations is the store's, and on hand nowhere.
owned as (

    select
        inventory.store_id,
        inventory.sku,
        opening_dates.date,
        inventory.currency,
        inventory.closing_quantity + inventory.in_transit_quantity as quantity,
        inventory.unit_cost
    from inventory
    inner join opening_dates
        on opening_dates.date between inventory.from_date and inventory.to_date

),

owned_by_day as (

    select
        owned.store_id,
        coalesce(sku_categories.category, 'Uncategorised') as category,
        owned.date,
        sum({{ to_reporting('owned.quantity * owned.unit_cost') }}) as cost,
        sum(
            case
                when owned.quantity = 0 then 0
                when owned.unit_cost is null or rates.rate_to_reporting is null then 1
                else 0
            end
        ) as uncosted_sku_count
    from owned
    left join sku_categories
        on
            owned.store_id = sku_categories.store_id
            and owned.sku = sku_categories.sku
    left join rates
        on
            owned.currency = rates.from_currency
            and owned.date = rates.date
    group by
        owned.store_id,
        coalesce(sku_categories.category, 'Uncategorised'),
        owned.date

),

-- A category without stock on a day that the store's ledger knows has none; before the ledger nothing is known.
opening_stock as (

    select
        plans.open_to_buy_key,
        coalesce(
            sum(case when plans.category in ('all', owned_by_day.category) then owned_by_day.cost else 0 end), 0
        ) as cost,
        sum(case when plans.category in ('all', owned_by_day.category) then owned_by_day.uncosted_sku_count else 0 end)
            as uncosted_sku_count
    from plans
    inner join owned_by_day
        on
            owned_by_day.date = {{ add_days('plans.period_start_date', -1) }}
            and plans.store_id in ('all', owned_by_day.store_id)
    group by plans.open_to_buy_key

),

terms as (

    select
        plans.*,
        known_categories.category is not null as is_known_category,
        plans.period_start_date > {{ as_of_date("'UTC'") }} as is_opening_stock_planned,
        case
            when plans.period_start_date > {{ as_of_date("'UTC'") }}
                then plans.previous_planned_closing_stock_cost_reporting
            else opening_stock.cost
        end as opening_stock_cost,
        coalesce(ordered_for_periods.received_cost, 0) as received_cost,
        coalesce(ordered_for_periods.awaited_cost, 0) as awaited_cost,
        coalesce(opening_stock.uncosted_sku_count, 0) as uncosted_sku_count,
        coalesce(ordered_for_periods.uncosted_line_count, 0) as uncosted_line_count
    from plans
    left join known_categories
        on plans.category = known_categories.category
    left join opening_stock
        on plans.open_to_buy_key = opening_stock.open_to_buy_key
    left join ordered_for_periods
        on plans.open_to_buy_key = ordered_for_periods.open_to_buy_key

),

needed as (

    select
        *,
        received_cost + awaited_cost as on_order_cost,
        planned_sales_cost_reporting
        + planned_markdown_cost_reporting
        + planned_shrink_cost_reporting
        + planned_closing_stock_cost_reporting as planned_need_cost
    from terms

),

added_up as (

    select
        *,
        planned_need_cost - opening_stock_cost - on_order_cost as open_to_buy_cost
    from needed

)

select
    added_up.open_to_buy_key,
    added_up.period_type,
    added_up.period_start_date,
    added_up.period_end_date,
    added_up.store_id,
    added_up.category,
    added_up.is_known_category,
    added_up.planned_need_cost is not null as is_plan_complete,
    added_up.is_opening_stock_planned,
    added_up.planned_net_sales_reporting,
    added_up.planned_gross_profit_reporting,
    added_up.planned_markdowns_reporting,
    added_up.planned_sales_cost_reporting,
    added_up.planned_markdown_cost_reporting,
    added_up.planned_shrink_cost_reporting,
    added_up.planned_closing_stock_cost_reporting,
    {{ money('added_up.opening_stock_cost') }} as opening_stock_cost_reporting,
    {{ money('added_up.received_cost') }} as received_cost_reporting,
    {{ money('added_up.awaited_cost') }} as awaited_cost_reporting,
    {{ money('added_up.on_order_cost') }} as on_order_cost_reporting,
    {{ money('added_up.open_to_buy_cost') }} as open_to_buy_cost_reporting,
    added_up.open_to_buy_cost < 0 as is_overbought,
    cast(added_up.uncosted_sku_count as bigint) as uncosted_sku_count,
    cast(added_up.uncosted_line_count as bigint) as uncosted_line_count,
    reporting.reporting_currency
from added_up
cross join reporting
