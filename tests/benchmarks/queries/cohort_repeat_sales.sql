-- Per month of a customer's first order: customers who came back and what they have been worth, by months since.
select
    cohort_month,
    months_since_first_order,
    sum(active_customer_count) as customers,
    sum(active_customer_count) / sum(customer_count) as retention_rate,
    sum(net_sales_amount_reporting) as net_sales,
    sum(net_sales_amount_to_date_reporting) / sum(customer_count) as net_sales_per_customer
from metrics.metric_sales_cohort_monthly
group by all
order by all
