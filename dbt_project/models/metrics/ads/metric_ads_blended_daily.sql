-- Ads know the date of their account's time zone, shops the date of their own: the two are joined as the same calendar
-- date, and each measure's name says which it is.
with ads as (

    select *
    from {{ ref('metric_ads_daily') }}

),

sales as (

    select *
    from {{ ref('metric_sales_placed_daily') }}

),

accounts as (

    select *
    from {{ ref('dim_ad_account') }}
    where last_read_date is not null

),

unread_spans as (

    select *
    from {{ ref('fct_ad_unread_spans') }}

),

stores as (

    select *
    from {{ ref('dim_store') }}

),

last_day as (

    select max(all_stores_last_complete_date) as last_complete_date
    from stores

),

-- A sum over the accounts whose currency has a rate would be too small, and every ratio to it too good.
ads_by_date as (

    select
        account_date as date,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        case
            when count(case when spend_amount <> 0 and spend_amount_reporting is null then 1 end) = 0
                then coalesce(sum(spend_amount_reporting), 0)
        end as spend_amount_reporting,
        min(case when is_complete_day then 1 else 0 end) as is_complete
    from ads
    group by account_date

),

sales_by_date as (

    select
        order_date as date,
        max(reporting_currency) as reporting_currency,
        sum(order_count) as orders,
        sum(new_customer_order_count) as new_customer_orders,
        {{ known_sum('net_sales_amount_reporting') }} as net_sales_reporting,
        {{ known_sum('costed_net_sales_amount_reporting') }} as costed_net_sales_reporting,
        sum(cogs_amount_reporting) as cogs_reporting
    from sales
    group by order_date

),

-- One account that was not read makes the cost of all unknown; one that is no longer read at all cost nothing since.
coverage as (

    select
        sales_by_date.date,
        min(
            case
                when sales_by_date.date < accounts.first_read_date then 0
                when sales_by_date.date > accounts.last_read_date and accounts.is_still_read then 0
                else 1
            end
        ) = 1 as is_known,
        min(
            case
                when sales_by_date.date = accounts.last_read_date then 0
                when sales_by_date.date > accounts.last_read_date and accounts.is_still_read then 0
                else 1
            end
        ) = 1 as is_read_to_its_end
    from sales_by_date
    cross join accounts
    group by sales_by_date.date

),

unread_dates as (

    select sales_by_date.date
    from sales_by_date
    inner join unread_spans
        on sales_by_date.date between unread_spans.from_date and unread_spans.to_date
    group by sales_by_date.date

),

known as (

    select
        sales_by_date.date,
        coalesce(coverage.is_known and unread_dates.date is null, false) as is_known,
        coalesce(coverage.is_read_to_its_end, true) and unread_dates.date is null as is_read_to_its_end
    from sales_by_date
    left join coverage
        on sales_by_date.date = coverage.date
    left join unread_dates
        on sales_by_date.date = unread_dates.date

),

-- A day on which no ad was shown is absent from the platforms' reports: where they were read it cost nothing.
joined as (

    select
        sales_by_date.date,
        sales_by_date.date <= last_day.last_complete_date
        and coalesce(ads_by_date.is_complete, 1) = 1
        and known.is_read_to_its_end as is_complete_day,
        case when known.is_known then coalesce(ads_by_date.impressions, 0) end as impressions,
        case when known.is_known then coalesce(ads_by_date.clicks, 0) end as clicks,
        case
            when known.is_known and ads_by_date.date is null then 0
            when known.is_known then ads_by_date.spend_amount_reporting
        end as spend_amount_reporting,
        sales_by_date.orders,
        sales_by_date.new_customer_orders,
        sales_by_date.net_sales_reporting,
        {{ gross_profit(
            'sales_by_date.net_sales_reporting',
            'sales_by_date.costed_net_sales_reporting',
            'sales_by_date.cogs_reporting'
        ) }} as gross_profit_reporting,
        sales_by_date.reporting_currency
    from sales_by_date
    cross join last_day
    left join known
        on sales_by_date.date = known.date
    left join ads_by_date
        on sales_by_date.date = ads_by_date.date

)

select
    date,
    is_complete_day,
    cast(impressions as bigint) as impressions_by_account_date,
    cast(clicks as bigint) as clicks_by_account_date,
    cast(spend_amount_reporting as decimal(18, 4)) as spend_amount_by_account_date_reporting,
    cast(orders as bigint) as orders_by_order_date,
    cast(new_customer_orders as bigint) as new_customer_orders_by_order_date,
    cast(net_sales_reporting as decimal(18, 4)) as net_sales_by_order_date_reporting,
    cast(gross_profit_reporting as decimal(18, 4)) as gross_profit_by_order_date_reporting,
    cast(gross_profit_reporting - spend_amount_reporting as decimal(18, 4)) as profit_after_ads_reporting,
    reporting_currency,
    {{ ratio('net_sales_reporting', 'spend_amount_reporting', 'amount') }} as marketing_efficiency_ratio,
    {{ ratio('spend_amount_reporting', 'net_sales_reporting', 'amount') }} as ad_spend_rate,
    {{ ratio('spend_amount_reporting', 'orders', 'orders') }} as ad_cost_per_order_reporting,
    {{ ratio('spend_amount_reporting', 'new_customer_orders', 'orders') }} as ad_cost_per_new_customer_reporting
from joined
