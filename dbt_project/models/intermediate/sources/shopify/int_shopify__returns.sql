{{ config(materialized='view') }}

with returns as (

    select * from {{ ref('stg_shopify__returns') }}

),

exchange_lines as (

    select * from {{ ref('stg_shopify__exchange_lines') }}

),

exchanges_by_return as (

    select
        store_id,
        return_id,
        sum(quantity) as exchange_quantity
    from exchange_lines
    group by
        store_id,
        return_id

)

select
    returns.store_id,
    returns.return_id,
    returns.return_name,
    lower(returns.return_status) as return_status,
    returns.requested_at,
    returns.approved_at,
    returns.closed_at,
    coalesce(returns.return_shipping_fee_amount, 0) as return_shipping_fee_amount,
    coalesce(exchanges_by_return.exchange_quantity, 0) as exchange_quantity
from returns
left join exchanges_by_return
    on
        returns.store_id = exchanges_by_return.store_id
        and returns.return_id = exchanges_by_return.return_id
