select
    competitor,
    nullif(trim(sku), '') as sku,
    observed_on as observed_date,
    {{ money('price') }} as price,
    currency,
    in_stock as is_in_stock,
    url
from {{ source('files', 'competitor_prices') }}
