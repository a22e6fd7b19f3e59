select
    stock.currency,
    min(stock.date) as first_date,
    max(stock.date) as last_date,
    count(*) as entries
from {{ ref('fct_inventory_daily') }} as stock
where
    stock.currency <> stock.reporting_currency
    and stock.stock_value <> 0
    and stock.stock_value_reporting is null
group by stock.currency
