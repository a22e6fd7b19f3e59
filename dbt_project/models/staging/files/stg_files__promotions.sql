select
    promotion_id,
    store_id,
    name as promotion_name,
    lower(promotion_type) as promotion_type,
    upper(trim(discount_code)) as discount_code,
    cast(discount_rate as decimal(9, 6)) as discount_rate,
    category,
    sku,
    starts_on as start_date,
    ends_on as end_date
from {{ source('files', 'promotions') }}
