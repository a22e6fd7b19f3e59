select
    store_id,
    nullif(trim(sku), '') as sku,
    valid_from as valid_from_date,
    {{ money('price') }} as price,
    {{ money('compare_at_price') }} as compare_at_price,
    currency
from {{ source('files', 'price_lists') }}
