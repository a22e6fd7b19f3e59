with carts as (

    select * from {{ ref('stg_toy_shop__carts') }}

)

select
    store_id,
    order_id,
    shipping_amount,
    cast(0 as decimal(18, 4)) as shipping_discount_amount,
    shipping_tax_amount
from carts
where shipping_amount > 0
