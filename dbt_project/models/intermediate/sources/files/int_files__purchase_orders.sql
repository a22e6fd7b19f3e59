with purchase_orders as (

    select * from {{ ref('stg_files__purchase_orders') }}

)

select
    purchase_order_id,
    supplier_id,
    store_id,
    location,
    ordered_date,
    expected_date,
    purchase_order_status,
    currency
from purchase_orders
