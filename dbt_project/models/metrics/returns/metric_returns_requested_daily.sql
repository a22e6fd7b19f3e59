with returns as (

    select * from {{ ref('fct_returns') }}

),

stores as (

    select * from {{ ref('dim_store') }}

),

store_days as (

    select * from {{ ref('fct_store_days') }}

),

requested as (

    select
        store_id,
        coalesce(channel_id, 'other') as channel_id,
        requested_date,
        currency,
        count(*) as return_count,
        sum(case when is_exchange then 1 else 0 end) as exchange_count,
        {{ known_sum('restocking_fee_amount') }} as restocking_fee_amount,
        {{ known_sum('return_shipping_cost_amount + labour_cost_amount + disposal_cost_amount') }}
            as processing_cost_amount,
        {{ known_sum('restocking_fee_amount_reporting') }} as restocking_fee_amount_reporting,
        {{ known_sum(
            'return_shipping_cost_amount_reporting + labour_cost_amount_reporting + disposal_cost_amount_reporting'
        ) }} as processing_cost_amount_reporting
    from returns
    where is_counted_return
    group by
        store_id,
        coalesce(channel_id, 'other'),
        requested_date,
        currency

),

first_dates as (

    select
        store_id,
        channel_id,
        currency,
        min(requested_date) as first_date
    from requested
    group by
        store_id,
        channel_id,
        currency

),

-- A day without a row is a day without returns, up to the last that is known of the store.
days as (

    select
        first_dates.store_id,
        first_dates.channel_id,
        store_days.date as requested_date,
        first_dates.currency
    from first_dates
    inner join store_days
        on
            first_dates.store_id = store_days.store_id
            and first_dates.first_date <= store_days.date

    union

    select
        store_id,
        channel_id,
        requested_date,
        currency
    from requested

)

select
    days.store_id,
    days.channel_id,
    days.requested_date,
    days.currency,
    stores.reporting_currency,
    cast(coalesce(requested.return_count, 0) as bigint) as return_count,
    cast(coalesce(requested.exchange_count, 0) as bigint) as exchange_count,
    case when requested.store_id is null then 0 else {{ money('requested.restocking_fee_amount') }} end
        as restocking_fee_amount,
    case when requested.store_id is null then 0 else {{ money('requested.processing_cost_amount') }} end
        as processing_cost_amount,
    case when requested.store_id is null then 0 else {{ money('requested.restocking_fee_amount_reporting') }} end
        as restocking_fee_amount_reporting,
    case when requested.store_id is null then 0 else {{ money('requested.processing_cost_amount_reporting') }} end
        as processing_cost_amount_reporting,
    coalesce(store_days.is_complete_day, false) as is_complete_day
from days
inner join stores
    on days.store_id = stores.store_id
left join store_days
    on
        days.store_id = store_days.store_id
        and days.requested_date = store_days.date
left join requested
    on
        days.store_id = requested.store_id
        and days.channel_id = requested.channel_id
        and days.requested_date = requested.requested_date
        and days.currency = requested.currency
