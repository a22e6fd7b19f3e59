{{ config(materialized='view') }}

with file_orders as (

    select * from {{ ref('stg_files__orders') }}

),

connected as (

    select
        store_id,
        order_id as named_order_id
    from {{ ref('int_connected_orders') }}

    union

    select
        store_id,
        order_name as named_order_id
    from {{ ref('int_connected_orders') }}

),

named as (

    select
        store_id,
        order_id,
        order_id as named_order_id
    from file_orders

    union

    select
        store_id,
        order_id,
        original_order_id as named_order_id
    from file_orders
    where original_order_id is not null

)

-- Exports name an order by its number or by its id; a credit note names the order whose refund the shop states itself.
select distinct
    named.store_id,
    named.order_id
from named
inner join connected
    on
        named.store_id = connected.store_id
        and named.named_order_id = connected.named_order_id
