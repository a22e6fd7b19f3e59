{{ config(
    materialized='incremental',
    incremental_strategy=incremental_strategy(),
    unique_key='finding_key',
    partition_by='store_id',
    on_schema_change='fail',
    pre_hook="{{ add_missing_columns() }}"
) }}

with compared as (

    select * from {{ ref('int_compared_totals') }}

),

stated as (

    select * from {{ ref('int_checked_totals') }}

),

causes as (

    select * from {{ ref('finding_causes') }}

),

links as (

    select * from {{ ref('admin_links') }}

),

coins as (

    select * from {{ ref('currency_coins') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

amounts as (

    select * from {{ ref('int_order_amounts') }}

),

refunds as (

    select * from {{ ref('int_refunds') }}

),

ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

-- Months that are each off and agree in the sum differ all the same: a source and we have dated something differently.
differing as (

    select
        source,
        store_id,
        entity_type,
        entity_id,
        measure,
        check_name,
        coalesce(category, 'all') as category,
        currency,
        min(case when actual <> expected then first_date end) as date,
        {{ money('sum(expected)') }} as expected,
        {{ money('sum(actual)') }} as actual,
        {{ money('sum(actual) - sum(expected)') }} as difference
    from compared
    where not is_gate
    group by
        source,
        store_id,
        entity_type,
        entity_id,
        measure,
        check_name,
        coalesce(category, 'all'),
        currency
    having sum(case when actual <> expected then 1 else 0 end) > 0

),

of_orders as (

    select
        differing.*,
        case
            when differing.entity_type = 'orders' then differing.entity_id
            else refunds.order_id
        end as order_id
    from differing
    left join refunds
        on
            differing.entity_type = 'refunds'
            and differing.store_id = refunds.store_id
            and differing.entity_id = refunds.refund_id

),

facts as (

    select
        store_id,
        entity_id as order_id,
        cause_id,
        sum(value) as amount
    from stated
    where
        role = 'fact'
        and entity_type = 'orders'
    group by
        store_id,
        entity_id,
        cause_id

),

explaining_facts as (

    select
        of_orders.store_id,
        of_orders.entity_type,
        of_orders.entity_id,
        of_orders.measure,
        min(facts.cause_id) as cause_id
    from of_orders
    inner join facts
        on
            of_orders.store_id = facts.store_id
            and of_orders.order_id = facts.order_id
            and abs(of_orders.difference) = facts.amount
    where facts.amount <> 0
    group by
        of_orders.store_id,
        of_orders.entity_type,
        of_orders.entity_id,
        of_orders.measure

),

ledger_of_orders as (

    select
        order_key,
        sum(amount + tax_amount) as left_amount,
        max(case when base_entry_type = 'exchange' then 1 else 0 end) = 1 as has_exchange
    from ledger
    group by order_key

),

described as (

    select
        of_orders.*,
        orders.order_key,
        orders.order_name,
        coalesce(
            orders.admin_url,
            replace(replace(links.url, '{account}', of_orders.store_id), '{id}', of_orders.entity_id)
        ) as admin_url,
        case
            when of_orders.difference = 0 then 'other_date'
            when explaining_facts.cause_id is not null then explaining_facts.cause_id
            when
                orders.presentment_currency <> orders.currency
                and abs(of_orders.difference) <= amounts.line_count * coalesce(coins.smallest_amount, 0.01)
                then 'presentment_rounding'
            when
                of_orders.entity_type = 'orders'
                and abs(of_orders.difference) <= amounts.line_count * coalesce(coins.smallest_amount, 0.01)
                then 'rounding'
            when
                of_orders.entity_type = 'refunds'
                and of_orders.difference > 0
                and amounts.paid_amount <= amounts.refunded_amount
                then 'nothing_was_paid'
            when of_orders.entity_type = 'refunds' and orders.is_edited and of_orders.expected = 0 then 'edited'
            when of_orders.entity_type = 'refunds' and ledger_of_orders.has_exchange then 'exchange'
            -- What was paid is what is left of the order: its goods came off before they were paid for.
            when
                of_orders.entity_type = 'refunds'
                and of_orders.difference > 0
                and amounts.paid_amount - amounts.refunded_amount <= ledger_of_orders.left_amount
                then 'nothing_was_paid'
            when of_orders.entity_type = 'refunds' and of_orders.difference > 0 then 'kept_back'
            when of_orders.entity_type = 'refunds' then 'paid_beyond_goods'
            when of_orders.measure = 'discount_amount' and of_orders.difference < 0 then 'discount_without_line'
            when orders.is_edited then 'edited'
            else 'unknown'
        end as cause_id
    from of_orders
    left join orders
        on
            of_orders.store_id = orders.store_id
            and of_orders.order_id = orders.order_id
    left join links
        on
            of_orders.source = links.source
            and of_orders.entity_type = links.entity_type
    left join amounts
        on orders.order_key = amounts.order_key
    left join coins
        on orders.currency = coins.currency
    left join ledger_of_orders
        on orders.order_key = ledger_of_orders.order_key
    left join explaining_facts
        on
            of_orders.store_id = explaining_facts.store_id
            and of_orders.entity_type = explaining_facts.entity_type
            and of_orders.entity_id = explaining_facts.entity_id
            and of_orders.measure = explaining_facts.measure

),

found as (

    select
        entity_type || '.' || measure as check_id,
        check_name,
        source,
        store_id,
        entity_type,
        coalesce(entity_id, category) as entity_id,
        coalesce(order_name, entity_id, category) as entity_name,
        order_key,
        order_id,
        date,
        expected,
        actual,
        difference,
        currency,
        cause_id,
        admin_url
    from described

),

seen as (

    {% if is_incremental() -%}
    select * from {{ this }}
    {%- else -%}
    select
        found.*,
        cast(null as date) as first_seen_date,
        cast(null as date) as last_seen_date
    from found
    where found.check_id is null
    {%- endif %}

),

remembered as (

    select
        found.check_id,
        found.check_name,
        found.source,
        found.store_id,
        found.entity_type,
        found.entity_id,
        found.entity_name,
        found.order_key,
        found.order_id,
        found.date,
        found.expected,
        found.actual,
        found.difference,
        found.currency,
        found.cause_id,
        found.admin_url,
        coalesce(seen.first_seen_date, {{ as_of_date("'UTC'") }}) as first_seen_date,
        {{ as_of_date("'UTC'") }} as last_seen_date,
        true as is_open
    from found
    left join seen
        on
            found.source = seen.source
            and found.store_id = seen.store_id
            and found.check_id = seen.check_id
            and found.entity_id = seen.entity_id
            and {{ is_same('found.currency', 'seen.currency') }}

    union all

    select
        seen.check_id,
        seen.check_name,
        seen.source,
        seen.store_id,
        seen.entity_type,
        seen.entity_id,
        seen.entity_name,
        seen.order_key,
        seen.order_id,
        seen.date,
        seen.expected,
        seen.actual,
        seen.difference,
        seen.currency,
        seen.cause_id,
        seen.admin_url,
        seen.first_seen_date,
        seen.last_seen_date,
        false as is_open
    from seen
    left join found
        on
            seen.source = found.source
            and seen.store_id = found.store_id
            and seen.check_id = found.check_id
            and seen.entity_id = found.entity_id
            and {{ is_same('seen.currency', 'found.currency') }}
    where found.check_id is null

)

select
    {{ surrogate_key([
        'remembered.source', 'remembered.store_id', 'remembered.check_id', 'remembered.entity_id',
        'remembered.currency'
    ]) }} as finding_key,
    remembered.check_id,
    remembered.check_name,
    remembered.source,
    remembered.store_id,
    remembered.entity_type,
    remembered.entity_id,
    remembered.entity_name,
    remembered.order_key,
    remembered.order_id,
    remembered.date,
    remembered.expected,
    remembered.actual,
    remembered.difference,
    remembered.currency,
    remembered.cause_id,
    causes.cause,
    causes.what_to_do,
    remembered.admin_url,
    remembered.first_seen_date,
    remembered.last_seen_date,
    remembered.is_open
from remembered
left join causes
    on remembered.cause_id = causes.cause_id
