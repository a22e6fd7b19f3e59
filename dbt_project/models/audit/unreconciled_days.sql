with bridge as (

    select * from {{ ref('source_bridge') }}

),

limits as (

    select * from {{ ref('reconciliation_limits') }}

),

by_day as (

    select
        source,
        store_id,
        date,
        month,
        figure,
        currency,
        sum(case when component = 'vendor_total' then amount else 0 end) as stated_amount,
        sum(case when component = 'unexplained' then amount else 0 end) as unexplained_amount
    from bridge
    group by
        source,
        store_id,
        date,
        month,
        figure,
        currency

),

with_month as (

    select
        by_day.*,
        sum(by_day.stated_amount) over (
            partition by by_day.source, by_day.store_id, by_day.month, by_day.figure, by_day.currency
        ) as month_stated_amount,
        sum(by_day.unexplained_amount) over (
            partition by by_day.source, by_day.store_id, by_day.month, by_day.figure, by_day.currency
        ) as month_unexplained_amount
    from by_day

),

limited as (

    select
        with_month.*,
        coalesce(own.day_share, others.day_share) as day_limit,
        coalesce(own.month_share, others.month_share) as month_limit
    from with_month
    left join limits as own
        on with_month.source = own.source
    left join limits as others
        on others.source = 'any'

)

select
    source,
    store_id,
    date,
    figure,
    currency,
    {{ money('stated_amount') }} as stated_amount,
    {{ money('unexplained_amount') }} as unexplained_amount,
    {{ safe_divide('abs(unexplained_amount)', 'abs(stated_amount)') }} as unexplained_rate,
    {{ safe_divide('abs(month_unexplained_amount)', 'abs(month_stated_amount)') }} as month_unexplained_rate,
    day_limit,
    month_limit
from limited
where
    unexplained_amount <> 0
    and (
        abs(unexplained_amount) > day_limit * abs(stated_amount)
        or abs(month_unexplained_amount) > month_limit * abs(month_stated_amount)
    )
