-- The 20 products with the most gross profit in the last 90 days, and each one's share of its category.
with days as (
    select max(ledger_date) as last_date from metrics.metric_sales_booked_product_daily where is_complete_day
),

products as (
    select
        sales.sku,
        sales.category,
        any_value(sales.product_title) as product_title,
        sum(sales.units_net) as units,
        sum(sales.net_sales_amount_reporting) as net_sales,
        sum(sales.gross_profit_amount_reporting) as gross_profit
    from metrics.metric_sales_booked_product_daily as sales
    cross join days
    where sales.ledger_date > days.last_date - 90 and sales.ledger_date <= days.last_date
    group by all
)

select
    *,
    net_sales / nullif(sum(net_sales) over (partition by category), 0) as share_of_category
from products
order by gross_profit desc nulls last
limit 20
