with inventory as (

    select
        store_id,
        location_id,
        location_key,
        sku,
        product_key,
        from_date,
        to_date,
        is_stockout,
        is_negative,
        closing_quantity,
        sale_quantity,
        is_complete_day
    from {{ ref('fct_inventory_spans') }}

),

products as (

    select
        product_key,
        product_title
    from {{ ref('dim_product') }}

),

budget_lines as (

    select
        season_id,
        budget_category,
        budget_subcategory,
        used_rate,
        is_over_budget,
        is_planned
    from {{ ref('fct_season_budget_lines') }}

),

milestones as (

    select
        season_id,
        milestone_id,
        milestone_name,
        milestone_status,
        due_date,
        days_late
    from {{ ref('fct_season_milestones') }}

),

unreconciled_days as (

    select
        source,
        store_id,
        figure
    from {{ ref('unreconciled_days') }}

),

unmapped_values as (

    select
        source,
        account_id,
        value_kind,
        unmapped_value,
        quantity,
        mapped_in
    from {{ ref('unmapped_values') }}

),

unread_spans as (

    select
        platform,
        account_id
    from {{ ref('fct_ad_unread_spans') }}

),

last_days as (

    select
        store_id,
        max(to_date) as last_date
    from inventory
    where is_complete_day
    group by store_id

),

-- Two weeks of sales tell a product that customers miss from one that nobody asked for.
recent as (

    select
        inventory.store_id,
        inventory.location_id,
        inventory.sku,
        inventory.product_key,
        sum(
            case
                when inventory.from_date > {{ add_days('last_days.last_date', -14) }} then inventory.sale_quantity
                else 0
            end
        ) as sold_quantity,
        max(case when inventory.to_date >= last_days.last_date then inventory.closing_quantity end) as closing_quantity,
        max(
            case when inventory.to_date >= last_days.last_date and inventory.is_stockout then 1 else 0 end
        ) = 1 as is_stockout,
        max(
            case when inventory.to_date >= last_days.last_date and inventory.is_negative then 1 else 0 end
        ) = 1 as is_negative
    from inventory
    inner join last_days
        on inventory.store_id = last_days.store_id
    where
        inventory.to_date > {{ add_days('last_days.last_date', -14) }}
        and inventory.from_date <= last_days.last_date
    group by inventory.store_id, inventory.location_id, inventory.sku, inventory.product_key

),

stock_alerts as (

    select
        'out of stock' as alert_type,
        'critical' as severity,
        recent.store_id || '/' || recent.location_id || '/' || recent.sku as entity,
        products.product_title as entity_name,
        cast(recent.closing_quantity as double) as value,
        cast(0 as double) as threshold,
        'reorder or move stock: it sold within the last 14 days and is gone' as recommended_action
    from recent
    left join products on recent.product_key = products.product_key
    where recent.is_stockout and not recent.is_negative and recent.sold_quantity > 0

    union all

    select
        'negative stock' as alert_type,
        'warning' as severity,
        recent.store_id || '/' || recent.location_id || '/' || recent.sku as entity,
        products.product_title as entity_name,
        cast(recent.closing_quantity as double) as value,
        cast(0 as double) as threshold,
        'count it: more left the shelf than was booked in' as recommended_action
    from recent
    left join products on recent.product_key = products.product_key
    where recent.is_negative

),

budget_alerts as (

    select
        'season budget exceeded' as alert_type,
        'warning' as severity,
        season_id || '/' || budget_category || '/' || budget_subcategory as entity,
        budget_subcategory as entity_name,
        cast(used_rate as double) as value,
        cast(1 as double) as threshold,
        'stop commitments on the line or move budget to it' as recommended_action
    from budget_lines
    where is_over_budget and is_planned

),

milestone_alerts as (

    select
        'milestone overdue' as alert_type,
        'warning' as severity,
        season_id || '/' || milestone_id as entity,
        milestone_name as entity_name,
        cast(days_late as double) as value,
        cast(0 as double) as threshold,
        'finish it or set a new date with its owner' as recommended_action
    from milestones
    where milestone_status = 'overdue'

),

reconciliation_alerts as (

    select
        'source not reconciled' as alert_type,
        'warning' as severity,
        source || '/' || store_id || '/' || figure as entity,
        store_id || ' ' || figure || ' of ' || source as entity_name,
        cast(count(*) as double) as value,
        cast(0 as double) as threshold,
        'look at the largest of audit.findings, each with its order and what to do' as recommended_action
    from unreconciled_days
    group by
        source,
        store_id,
        figure

),

source_alerts as (

    select
        value_kind || ' not mapped' as alert_type,
        'warning' as severity,
        source || '/' || account_id || '/' || unmapped_value as entity,
        unmapped_value as entity_name,
        cast(quantity as double) as value,
        cast(0 as double) as threshold,
        'say in seeds/mappings/' || mapped_in || '.csv what it counts as' as recommended_action
    from unmapped_values

    union all

    select
        'ad cost not read' as alert_type,
        'warning' as severity,
        platform || '/' || account_id as entity,
        platform || ' ' || account_id as entity_name,
        cast(count(*) as double) as value,
        cast(0 as double) as threshold,
        'look at audit.source_gaps, which has the reason in the words of the platform' as recommended_action
    from unread_spans
    group by platform, account_id

),

open_alerts as (

    select * from stock_alerts
    union all
    select * from budget_alerts
    union all
    select * from milestone_alerts
    union all
    select * from reconciliation_alerts
    union all
    select * from source_alerts

)

select
    {{ surrogate_key(['alert_type', 'entity']) }} as alert_key,
    alert_type,
    severity,
    entity,
    entity_name,
    value,
    threshold,
    recommended_action,
    {{ as_of_timestamp() }} as seen_at
from open_alerts
