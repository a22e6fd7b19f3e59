-- Where orders of the last 90 days came from at the last touch, and how many touches and hours it took.
with days as (
    select max(order_date) as last_date from marts.fct_orders
)

select
    touches.source,
    touches.source_type,
    campaigns.campaign_name,
    count(*) as orders,
    sum(orders.net_sales_amount_reporting) as net_sales,
    count(*) filter (where orders.is_first_order) as new_customers,
    avg(touches.touchpoint_count) as touches_an_order,
    median(touches.hours_to_order) as median_hours_to_order
from marts.fct_touchpoints as touches
inner join marts.fct_orders as orders on touches.order_key = orders.order_key
cross join days
left join marts.dim_campaign as campaigns on touches.campaign_key = campaigns.campaign_key
where touches.is_last_touch and touches.is_sales_order and orders.order_date > days.last_date - 90
group by all
order by net_sales desc
