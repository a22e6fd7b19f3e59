select
    shop as store_id,
    person as customer_id,
    mail as email,
    joined_at as created_at
from {{ source('toy_shop', 'people') }}
