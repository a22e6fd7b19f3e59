-- Per category and week of the last 180 days: our price to the competitors', discount depth, margin and units.
with weeks as materialized (
    select week_start_date as week, min(date) as first_date, max(date) as last_date
    from marts.dim_date
    where date > (select max(to_date) - 180 from marts.fct_price_spans where is_complete_day)
        and date <= (select max(to_date) from marts.fct_price_spans where is_complete_day)
    group by all
),

spans as (
    select
        spans.*,
        weeks.week,
        products.category,
        least(spans.to_date, weeks.last_date) - greatest(spans.from_date, weeks.first_date) + 1 as day_count
    from weeks
    inner join marts.fct_price_spans as spans
        on spans.from_date <= weeks.last_date and spans.to_date >= weeks.first_date
    inner join marts.dim_product as products on spans.product_key = products.product_key
),

prices as (
    select
        category,
        week,
        sum(100 * price / competitor_average_price * day_count)
            / sum(day_count) filter (where price / competitor_average_price is not null) as price_index,
        coalesce(sum(day_count) filter (where price <= competitor_lowest_price), 0)
            / sum(day_count) filter (where price <= competitor_lowest_price is not null) as lowest_price_rate
    from spans
    group by all
),

sales as (
    select
        spans.category,
        spans.week,
        sum(paid.units_sold) as units,
        sum(paid.discount_amount * rates.rate_to_reporting) as discount,
        sum(paid.gross_sales_amount * rates.rate_to_reporting) as gross_sales,
        sum(paid.net_sales_amount * rates.rate_to_reporting) filter (where spans.unit_cost is not null) as costed_sales,
        sum((paid.net_sales_amount - paid.units_sold * spans.unit_cost) * rates.rate_to_reporting) as margin
    from marts.fct_prices_paid_daily as paid
    inner join weeks on paid.date between weeks.first_date and weeks.last_date
    inner join spans
        on paid.product_key = spans.product_key
        and paid.currency = spans.currency
        and weeks.week = spans.week
        and paid.date between spans.from_date and spans.to_date
    inner join marts.fct_exchange_rates as rates on spans.currency = rates.from_currency and paid.date = rates.date
    group by all
)

select
    category,
    week,
    prices.price_index,
    prices.lowest_price_rate,
    sales.discount / nullif(sales.gross_sales, 0) as discount_rate,
    sales.margin / nullif(sales.costed_sales, 0) as margin_rate,
    coalesce(sales.units, 0) as units
from prices
left join sales using (category, week)
order by all
