select
    shop as store_id,
    give_back as give_back_id,
    cart as order_id,
    cart || '-' || cast(item as {{ dbt.type_string() }}) as order_line_id,
    cast(pieces as int) as quantity,
    {{ money('cast(pence as decimal(18, 4)) / 100') }} as amount,
    {{ money('cast(vat_pence as decimal(18, 4)) / 100') }} as tax_amount,
    given_at as given_back_at
from {{ source('toy_shop', 'give_backs') }}
