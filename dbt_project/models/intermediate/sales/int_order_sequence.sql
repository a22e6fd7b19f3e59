with orders as (

    select * from {{ ref('int_orders') }}

),

order_customers as (

    select * from {{ ref('int_order_customers') }}

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

orders_with_sales as (

    select distinct order_key
    from order_lines
    where is_sales_line

),

sales_orders as (

    select
        orders.store_id,
        orders.order_id,
        orders.order_key,
        orders.ordered_at,
        orders.order_date,
        order_customers.customer_key
    from orders
    inner join orders_with_sales
        on orders.order_key = orders_with_sales.order_key
    inner join order_customers
        on
            orders.store_id = order_customers.store_id
            and orders.order_id = order_customers.order_id
    where
        orders.order_type = 'order'
        and order_customers.customer_key is not null

)

-- Over all orders ever, never over a window of them: a first order stays the first.
select
    store_id,
    order_id,
    order_key,
    cast(row_number() over (
        partition by customer_key
        order by ordered_at nulls last, order_id nulls last
    ) as int) as customer_order_number,
    lag(order_date) over (
        partition by customer_key
        order by ordered_at nulls last, order_id nulls last
    ) as previous_order_date
from sales_orders
