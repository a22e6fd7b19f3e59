with landed_costs as (

    select * from {{ ref('stg_files__landed_costs') }}

)

select
    purchase_order_id,
    amount,
    currency
from landed_costs
