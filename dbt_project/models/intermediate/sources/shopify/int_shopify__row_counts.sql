{{ config(materialized='ephemeral') }}

with order_lines as (

    select * from {{ ref('stg_shopify__order_lines') }}

),

sales as (

    select * from {{ ref('int_shopify__sales') }}

),

customers as (

    select * from {{ ref('stg_shopify__customers') }}

),

return_lines as (

    select * from {{ ref('stg_shopify__return_lines') }}

),

moments as (

    select * from {{ ref('stg_shopify__customer_journey_moments') }}

),

balance_transactions as (

    select * from {{ ref('int_shopify__balance_transactions') }}

)

select
    store_id,
    'order_lines' as entity_type,
    count(*) as number
from order_lines
group by store_id

union all

select
    store_id,
    'ledger_entries' as entity_type,
    count(*) as number
from sales
group by store_id

union all

select
    store_id,
    'customers' as entity_type,
    count(*) as number
from customers
group by store_id

union all

select
    store_id,
    'return_lines' as entity_type,
    count(*) as number
from return_lines
group by store_id

union all

select
    store_id,
    'touchpoints' as entity_type,
    count(*) as number
from moments
group by store_id

union all

select
    store_id,
    'balance_transactions' as entity_type,
    count(*) as number
from balance_transactions
group by store_id
