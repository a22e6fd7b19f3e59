{#- Several models read it, and no engine plans what it is made of again for each. #}
{{ config(materialized='table') }}

with file_orders as (

    select * from {{ ref('stg_files__orders') }}

),

superseded as (

    select * from {{ ref('int_files__superseded_orders') }}

)

select file_orders.*
from file_orders
left join superseded
    on
        file_orders.store_id = superseded.store_id
        and file_orders.order_id = superseded.order_id
where superseded.order_id is null
