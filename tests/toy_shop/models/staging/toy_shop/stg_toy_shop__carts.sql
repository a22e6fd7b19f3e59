select
    shop as store_id,
    cart as order_id,
    person as customer_id,
    mail as email,
    via as source_name,
    paid_at as ordered_at,
    country as country_code,
    {{ money('cast(post_pence as decimal(18, 4)) / 100') }} as shipping_amount,
    {{ money('cast(post_vat_pence as decimal(18, 4)) / 100') }} as shipping_tax_amount,
    {{ money('cast(total_pence as decimal(18, 4)) / 100') }} as total_amount,
    is_trial as is_test
from {{ source('toy_shop', 'carts') }}
