select
    shop as store_id,
    cart as order_id,
    cart || '-' || cast(item as {{ dbt.type_string() }}) as order_line_id,
    cast(item as int) as line_number,
    article as variant_id,
    label as sku,
    cast(pieces as int) as quantity,
    {{ money('cast(pence as decimal(18, 4)) / 100') }} as unit_price_amount,
    {{ money('cast(discount_pence as decimal(18, 4)) / 100') }} as discount_amount,
    {{ money('cast(vat_pence as decimal(18, 4)) / 100') }} as tax_amount
from {{ source('toy_shop', 'cart_items') }}
