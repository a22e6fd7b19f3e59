-- Per category and week of the last 180 days: our price to the competitors', discount depth, margin and units.
with days as (
    select max(date) as last_date from metrics.metric_pricing_daily where is_complete_day
)

select
    prices.category,
    date_trunc('week', prices.date) as week,
    avg(prices.price_index) as price_index,
    avg(prices.is_lowest_price::integer) as lowest_price_rate,
    sum(prices.discount_amount_reporting) / nullif(sum(prices.gross_sales_amount_reporting), 0) as discount_rate,
    sum(prices.gross_margin_amount_reporting) / nullif(sum(prices.costed_net_sales_amount_reporting), 0) as margin_rate,
    sum(prices.units_sold) as units
from metrics.metric_pricing_daily as prices
cross join days
where prices.date > days.last_date - 180 and prices.date <= days.last_date
group by all
order by all
