with purchase_order_lines as (

    select * from {{ ref('stg_files__purchase_order_lines') }}

)

select
    purchase_order_id,
    line_number,
    sku,
    ordered_quantity,
    unit_cost
from purchase_order_lines
