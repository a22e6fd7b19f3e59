with recorded as (

    select * from {{ ref('int_stock_movements_recorded') }}

),

stated as (

    select * from {{ ref('int_stock_levels_stated') }}

),

-- Within one instant: an opening count comes before, any other count or snapshot after what moved.
events as (

    select
        store_id,
        location_id,
        sku,
        movement_type as event_type,
        source_type,
        source_id,
        moved_at as event_at,
        movement_date as event_date,
        1 as event_rank,
        quantity,
        cast(null as int) as stated_quantity
    from recorded

    union all

    select
        store_id,
        location_id,
        sku,
        statement_type as event_type,
        source_type,
        source_id,
        stated_at as event_at,
        stated_date as event_date,
        case when statement_type = 'opening' then 0 else 2 end as event_rank,
        0 as quantity,
        stated_quantity
    from stated

),

running as (

    select
        *,
        sum(quantity) over (
            partition by store_id, location_id, sku
            order by event_at nulls last, event_rank nulls last, source_type nulls last, source_id nulls last
            rows between unbounded preceding and current row
        ) as recorded_quantity,
        first_value(event_type) over (
            partition by store_id, location_id, sku
            order by event_at nulls last, event_rank nulls last, source_type nulls last, source_id nulls last
            rows between unbounded preceding and current row
        ) as first_event_type,
        min(event_at) over (partition by store_id, location_id, sku) as first_event_at,
        min(event_date) over (partition by store_id, location_id, sku) as first_event_date
    from events

),

statements as (

    select
        *,
        row_number() over (
            partition by store_id, location_id, sku
            order by event_at nulls last, event_rank nulls last, source_type nulls last, source_id nulls last
        ) as statement_number,
        lag(stated_quantity - recorded_quantity) over (
            partition by store_id, location_id, sku
            order by event_at nulls last, event_rank nulls last, source_type nulls last, source_id nulls last
        ) as difference_before
    from running
    where stated_quantity is not null

),

-- After a statement the ledger stands at the stated quantity, so each one books only what the one before did not.
-- Goods that left before any came must have been there before the records begin: the difference is the opening stock.
adjustments as (

    select
        *,
        stated_quantity - recorded_quantity - coalesce(difference_before, 0) as adjustment_quantity,
        statement_number = 1
        and first_event_type not in ('opening', 'receipt', 'transfer_in') as is_opening_inferred
    from statements

),

booked as (

    select
        store_id,
        location_id,
        sku,
        case
            when is_opening_inferred or (event_type = 'opening' and statement_number = 1) then 'opening'
            when event_type = 'snapshot' then 'reconciliation_adjustment'
            else 'count_adjustment'
        end as movement_type,
        source_type,
        source_id,
        case when is_opening_inferred then first_event_at else event_at end as moved_at,
        case when is_opening_inferred then first_event_date else event_date end as movement_date,
        is_opening_inferred or event_type = 'snapshot' as is_inferred,
        cast(adjustment_quantity as int) as quantity,
        cast(adjustment_quantity as int) as owned_quantity
    from adjustments
    where adjustment_quantity <> 0

),

final as (

    select
        store_id,
        location_id,
        sku,
        movement_type,
        source_type,
        source_id,
        moved_at,
        movement_date,
        false as is_inferred,
        quantity,
        owned_quantity
    from recorded

    union all

    select
        store_id,
        location_id,
        sku,
        movement_type,
        source_type,
        source_id,
        moved_at,
        movement_date,
        is_inferred,
        quantity,
        owned_quantity
    from booked

)

select * from final
