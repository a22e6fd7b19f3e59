-- Per month of a customer's first order: customers who came back and net sales by months since.
select
    customers.cohort_month,
    date_diff('month', customers.cohort_month, orders.order_date) as months_since,
    count(distinct orders.customer_key) as customers,
    sum(orders.current_net_sales_amount_reporting) as net_sales
from marts.fct_orders as orders
inner join marts.dim_customer as customers on orders.customer_key = customers.customer_key
where orders.is_sales_order and customers.cohort_month is not null
group by all
order by all
