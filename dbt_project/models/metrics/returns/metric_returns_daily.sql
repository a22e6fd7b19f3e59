{#- Sold is what was left after cancellations: what was never sent cannot come back. #}
{%- set sold = "('sale', 'edit', 'exchange', 'cancellation')" %}

with ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

returns as (

    select * from {{ ref('fct_returns') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

entries as (

    select
        ledger.*,
        coalesce(orders.channel_id, 'other') as channel_id
    from ledger
    left join orders
        on ledger.order_key = orders.order_key
    where ledger.is_sales_entry

),

returned_on_date as (

    select
        store_id,
        channel_id,
        ledger_date as date,
        count(distinct case when entry_type = 'sale' and posting_number = 1 then order_key end) as orders_sold,
        sum(case when base_entry_type in {{ sold }} then quantity else 0 end) as units_sold,
        sum(case when base_entry_type in {{ sold }} then amount else 0 end) as value_sold,
        sum(case when base_entry_type in {{ sold }} then amount_reporting else 0 end) as value_sold_reporting,
        count(distinct case when entry_type = 'return' and posting_number = 1 then order_key end) as orders_returned,
        -sum(case when base_entry_type = 'return' then quantity else 0 end) as units_returned,
        -sum(case when base_entry_type = 'return' then amount else 0 end) as value_returned,
        -sum(case when base_entry_type = 'return' then amount_reporting else 0 end) as value_returned_reporting
    from entries
    group by
        store_id,
        channel_id,
        ledger_date

),

returned_of_cohort as (

    select
        store_id,
        channel_id,
        order_date as date,
        sum(case when base_entry_type in {{ sold }} then quantity else 0 end) as units_sold,
        sum(case when base_entry_type in {{ sold }} then amount else 0 end) as value_sold,
        sum(case when base_entry_type in {{ sold }} then amount_reporting else 0 end) as value_sold_reporting,
        -sum(case when base_entry_type = 'return' then quantity else 0 end) as units_returned,
        -sum(case when base_entry_type = 'return' then amount else 0 end) as value_returned,
        -sum(case when base_entry_type = 'return' then amount_reporting else 0 end) as value_returned_reporting
    from entries
    group by
        store_id,
        channel_id,
        order_date

),

cohort_orders as (

    select
        store_id,
        channel_id,
        order_date as date,
        count(*) as orders_sold,
        sum(case when returned_quantity > 0 then 1 else 0 end) as orders_returned
    from orders
    where is_sales_order
    group by
        store_id,
        channel_id,
        order_date

),

requested_on_date as (

    select
        store_id,
        coalesce(channel_id, 'other') as channel_id,
        requested_date as date,
        count(*) as returns_requested,
        sum(case when is_exchange then 1 else 0 end) as exchanges_requested,
        {{ known_sum('restocking_fee_amount') }} as restocking_fees,
        {{ known_sum('restocking_fee_amount_reporting') }} as restocking_fees_reporting,
        {{ known_sum('return_shipping_cost_amount + labour_cost_amount + disposal_cost_amount') }} as processing_costs,
        {{ known_sum(
            'return_shipping_cost_amount_reporting + labour_cost_amount_reporting + disposal_cost_amount_reporting'
        ) }} as processing_costs_reporting
    from returns
    where is_counted_return
    group by
        store_id,
        coalesce(channel_id, 'other'),
        requested_date

),

channel_dates as (

    select store_id, channel_id, date from returned_on_date

    union

    select store_id, channel_id, date from returned_of_cohort

    union

    select store_id, channel_id, date from requested_on_date

),

channel_periods as (

    select
        channel_dates.store_id,
        channel_dates.channel_id,
        stores.currency,
        stores.last_complete_date,
        min(channel_dates.date) as first_date,
        greatest(max(channel_dates.date), {{ as_of_date('stores.timezone') }}) as last_date
    from channel_dates
    inner join stores
        on channel_dates.store_id = stores.store_id
    group by
        channel_dates.store_id,
        channel_dates.channel_id,
        stores.currency,
        stores.timezone,
        stores.last_complete_date

),

days as (

    {{ explode_dates('channel_periods', 'first_date', 'last_date', 'date') }}

)

select
    days.store_id,
    days.channel_id,
    days.date,
    cast(coalesce(requested_on_date.returns_requested, 0) as bigint) as returns_requested,
    cast(coalesce(requested_on_date.exchanges_requested, 0) as bigint) as exchanges_requested,
    case when requested_on_date.date is null then 0 else {{ money('requested_on_date.restocking_fees') }} end
        as restocking_fees_of_requested,
    case when requested_on_date.date is null then 0 else {{ money('requested_on_date.processing_costs') }} end
        as processing_costs_of_requested,
    case when requested_on_date.date is null then 0 else {{ money('requested_on_date.restocking_fees_reporting') }} end
        as restocking_fees_of_requested_reporting,
    case when requested_on_date.date is null then 0 else {{ money('requested_on_date.processing_costs_reporting') }} end
        as processing_costs_of_requested_reporting,
    cast(coalesce(returned_on_date.orders_sold, 0) as bigint) as orders_sold_by_event_date,
    cast(coalesce(returned_on_date.units_sold, 0) as bigint) as units_sold_by_event_date,
    {{ money('coalesce(returned_on_date.value_sold, 0)') }} as value_sold_by_event_date,
    cast(coalesce(returned_on_date.orders_returned, 0) as bigint) as orders_returned_by_event_date,
    cast(coalesce(returned_on_date.units_returned, 0) as bigint) as units_returned_by_event_date,
    {{ money('coalesce(returned_on_date.value_returned, 0)') }} as value_returned_by_event_date,
    {{ money('coalesce(returned_on_date.value_sold_reporting, 0)') }} as value_sold_by_event_date_reporting,
    {{ money('coalesce(returned_on_date.value_returned_reporting, 0)') }}
        as value_returned_by_event_date_reporting,
    {{ safe_divide('returned_on_date.orders_returned', 'returned_on_date.orders_sold') }}
        as order_return_rate_by_event_date,
    {{ safe_divide('returned_on_date.units_returned', 'returned_on_date.units_sold') }}
        as unit_return_rate_by_event_date,
    {{ safe_divide('returned_on_date.value_returned', 'returned_on_date.value_sold') }}
        as value_return_rate_by_event_date,
    cast(coalesce(cohort_orders.orders_sold, 0) as bigint) as orders_sold_by_order_date,
    cast(coalesce(returned_of_cohort.units_sold, 0) as bigint) as units_sold_by_order_date,
    {{ money('coalesce(returned_of_cohort.value_sold, 0)') }} as value_sold_by_order_date,
    cast(coalesce(cohort_orders.orders_returned, 0) as bigint) as orders_returned_by_order_date,
    cast(coalesce(returned_of_cohort.units_returned, 0) as bigint) as units_returned_by_order_date,
    {{ money('coalesce(returned_of_cohort.value_returned, 0)') }} as value_returned_by_order_date,
    {{ money('coalesce(returned_of_cohort.value_sold_reporting, 0)') }} as value_sold_by_order_date_reporting,
    {{ money('coalesce(returned_of_cohort.value_returned_reporting, 0)') }}
        as value_returned_by_order_date_reporting,
    {{ safe_divide('cohort_orders.orders_returned', 'cohort_orders.orders_sold') }}
        as order_return_rate_by_order_date,
    {{ safe_divide('returned_of_cohort.units_returned', 'returned_of_cohort.units_sold') }}
        as unit_return_rate_by_order_date,
    {{ safe_divide('returned_of_cohort.value_returned', 'returned_of_cohort.value_sold') }}
        as value_return_rate_by_order_date,
    days.currency,
    reporting_currency.reporting_currency,
    {{ add_days('days.date', var('return_window_days') + var('return_settlement_days')) }}
    <= days.last_complete_date as is_mature,
    days.date <= days.last_complete_date as is_complete_day
from days
cross join reporting_currency
left join requested_on_date
    on
        days.store_id = requested_on_date.store_id
        and days.channel_id = requested_on_date.channel_id
        and days.date = requested_on_date.date
left join returned_on_date
    on
        days.store_id = returned_on_date.store_id
        and days.channel_id = returned_on_date.channel_id
        and days.date = returned_on_date.date
left join returned_of_cohort
    on
        days.store_id = returned_of_cohort.store_id
        and days.channel_id = returned_of_cohort.channel_id
        and days.date = returned_of_cohort.date
left join cohort_orders
    on
        days.store_id = cohort_orders.store_id
        and days.channel_id = cohort_orders.channel_id
        and days.date = cohort_orders.date
