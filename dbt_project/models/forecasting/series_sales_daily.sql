-- What was booked on a day never changes later, while what was ordered on it sinks as returns come in, and the newest
-- days would always look too good.
with sales as (

    select * from {{ ref('metric_sales_booked_daily') }}

),

product_sales as (

    select * from {{ ref('metric_sales_booked_product_daily') }}

),

stores as (

    select * from {{ ref('dim_store') }}

),

last_day as (

    select max(all_stores_last_complete_date) as last_complete_date
    from stores

),

days as (

    select
        'total' as level,
        'total' as series_id,
        ledger_date as date,
        {{ known_sum('net_sales_amount_reporting') }} as net_sales,
        sum(units_net) as units
    from sales
    group by ledger_date

    union all

    select
        'channel' as level,
        channel_id as series_id,
        ledger_date as date,
        {{ known_sum('net_sales_amount_reporting') }} as net_sales,
        sum(units_net) as units
    from sales
    group by
        channel_id,
        ledger_date

    union all

    select
        'category' as level,
        category as series_id,
        ledger_date as date,
        {{ known_sum('net_sales_amount_reporting') }} as net_sales,
        sum(units_net) as units
    from product_sales
    group by
        category,
        ledger_date

),

series as (

    select
        'net_sales_reporting' as measure,
        level,
        series_id,
        date,
        {{ money('net_sales') }} as value
    from days
    -- Where a rate is missing, the total has holes, and channels would add up to another one.
    qualify count(*) over () = count(net_sales) over ()

    union all

    select
        'units' as measure,
        level,
        series_id,
        date,
        {{ money('units') }} as value
    from days

)

select
    series.measure,
    series.level,
    series.series_id,
    series.date,
    series.value,
    series.date <= last_day.last_complete_date as is_complete_day
from series
cross join last_day
