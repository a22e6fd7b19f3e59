select
    store_id,
    {{ shopify_id('id') }} as checkout_id,
    name as checkout_name,
    {{ shopify_id('customer_id') }} as customer_id,
    currency_code as currency,
    cast(line_count as int) as line_count,
    cast(total_quantity as int) as quantity,
    discount_codes,
    {{ money('subtotal_price') }} as subtotal_amount,
    {{ money('total_price') }} as total_amount,
    {{ money('total_discounts') }} as discount_amount,
    {{ money('total_tax') }} as tax_amount,
    {{ utc_timestamp('created_at') }} as created_at,
    {{ utc_timestamp('updated_at') }} as updated_at,
    {{ utc_timestamp('completed_at') }} as completed_at
from {{ source('shopify', 'abandoned_checkouts') }}
