select
    shop as store_id,
    article as variant_id,
    label as sku,
    title as product_title,
    shelf_group as category,
    {{ money('cast(pence as decimal(18, 4)) / 100') }} as price,
    {{ money('cast(cost_pence as decimal(18, 4)) / 100') }} as stated_unit_cost,
    added_at as created_at
from {{ source('toy_shop', 'articles') }}
