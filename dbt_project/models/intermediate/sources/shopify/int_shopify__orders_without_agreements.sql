{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

agreements as (

    select * from {{ ref('stg_shopify__sales_agreements') }}

)

select
    orders.store_id,
    orders.order_id,
    orders.tip_amount,
    coalesce(orders.processed_at, orders.created_at) as ordered_at
from orders
left join agreements
    on
        orders.store_id = agreements.store_id
        and orders.order_id = agreements.order_id
where agreements.agreement_id is null
