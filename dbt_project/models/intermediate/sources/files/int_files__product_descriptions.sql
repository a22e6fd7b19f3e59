with products as (

    select * from {{ ref('stg_files__products') }}

)

select
    sku,
    valid_from_date,
    product_name,
    category,
    subcategory,
    brand,
    supplier_id,
    case_pack,
    minimum_order_quantity,
    launched_on,
    discontinued_on,
    unit_cost,
    currency,
    'products_file' as cost_source
from products
