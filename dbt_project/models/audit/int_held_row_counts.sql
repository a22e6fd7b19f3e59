{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with stores as (

    select * from {{ ref('int_stores') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

return_lines as (

    select * from {{ ref('fct_return_lines') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

balance_transactions as (

    select * from {{ ref('fct_balance_transactions') }}

)

select
    orders.platform as source,
    orders.store_id,
    'order_lines' as entity_type,
    count(*) as number
from order_lines
inner join orders
    on order_lines.order_key = orders.order_key
group by
    orders.platform,
    orders.store_id

union all

-- Customers whom only orders tell of are no accounts.
select
    stores.platform as source,
    customers.store_id,
    'customers' as entity_type,
    count(*) as number
from customers
inner join stores
    on customers.store_id = stores.store_id
where customers.account_created_at is not null
group by
    stores.platform,
    customers.store_id

union all

-- Goods handed back with a refund alone are a return to us and none to the source.
select
    orders.platform as source,
    return_lines.store_id,
    'return_lines' as entity_type,
    count(*) as number
from return_lines
inner join orders
    on return_lines.order_key = orders.order_key
where return_lines.return_source = 'return'
group by
    orders.platform,
    return_lines.store_id

union all

select
    orders.platform as source,
    touchpoints.store_id,
    'touchpoints' as entity_type,
    count(*) as number
from touchpoints
inner join orders
    on touchpoints.order_key = orders.order_key
group by
    orders.platform,
    touchpoints.store_id

union all

select
    stores.platform as source,
    balance_transactions.store_id,
    'balance_transactions' as entity_type,
    count(*) as number
from balance_transactions
inner join stores
    on balance_transactions.store_id = stores.store_id
group by
    stores.platform,
    balance_transactions.store_id
