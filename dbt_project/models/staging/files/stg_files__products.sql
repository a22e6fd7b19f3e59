select
    nullif(trim(sku), '') as sku,
    valid_from as valid_from_date,
    name as product_name,
    nullif(trim(category), '') as category,
    nullif(trim(subcategory), '') as subcategory,
    nullif(trim(brand), '') as brand,
    supplier_id,
    {{ money('unit_cost') }} as unit_cost,
    currency,
    cast(case_pack as int) as case_pack,
    cast(minimum_order_quantity as int) as minimum_order_quantity,
    launched_on,
    discontinued_on
from {{ source('files', 'products') }}
