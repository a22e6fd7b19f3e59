with orders as (

    select * from {{ ref('stg_shopify__orders') }}

)

select
    store_id,
    order_id,
    shipping_country_code as country_code,
    shipping_province_code as province_code,
    shipping_zip as postal_code
from orders
where shipping_country_code is not null
