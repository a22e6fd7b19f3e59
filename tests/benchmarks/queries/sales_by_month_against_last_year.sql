-- Net sales, margin and growth per store and month, complete days only.
with months as (
    select
        store_id,
        date_trunc('month', ledger_date) as month,
        sum(net_sales_amount_reporting) as net_sales,
        sum(costed_net_sales_amount_reporting) as costed_net_sales,
        sum(cogs_amount_reporting) as cogs,
        sum(order_count) as orders
    from metrics.metric_sales_booked_daily
    where is_complete_day
    group by all
)

select
    this_year.store_id,
    this_year.month,
    this_year.net_sales,
    (this_year.costed_net_sales - this_year.cogs) / nullif(this_year.costed_net_sales, 0) as margin_rate,
    this_year.net_sales / nullif(this_year.orders, 0) as average_order_value,
    this_year.net_sales / nullif(last_year.net_sales, 0) - 1 as growth_rate
from months as this_year
left join months as last_year
    on this_year.store_id = last_year.store_id and this_year.month = last_year.month + interval 1 year
order by this_year.store_id, this_year.month
