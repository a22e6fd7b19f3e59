select
    purchase_order_id,
    cast(line_number as int) as line_number,
    nullif(trim(sku), '') as sku,
    cast(ordered_quantity as int) as ordered_quantity,
    {{ money('unit_cost') }} as unit_cost
from {{ source('files', 'purchase_order_lines') }}
