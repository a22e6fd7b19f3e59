select
    shop as store_id,
    name as store_name,
    currency,
    zone as timezone,
    read_at as read_until
from {{ source('toy_shop', 'shops') }}
