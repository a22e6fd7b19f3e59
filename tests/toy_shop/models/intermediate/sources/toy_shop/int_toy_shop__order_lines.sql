with cart_items as (

    select * from {{ ref('stg_toy_shop__cart_items') }}

)

select
    store_id,
    order_id,
    order_line_id,
    line_number,
    cast(null as {{ dbt.type_string() }}) as product_id,
    variant_id,
    sku,
    cast(null as {{ dbt.type_string() }}) as product_title,
    cast(null as {{ dbt.type_string() }}) as variant_title,
    cast(null as {{ dbt.type_string() }}) as brand,
    'product' as line_type,
    true as requires_shipping,
    cast(null as {{ dbt.type_string() }}) as bundle_id,
    cast(null as {{ dbt.type_string() }}) as bundle_title,
    cast(null as {{ dbt.type_string() }}) as bundle_sku,
    cast(null as int) as bundle_quantity,
    cast(null as {{ dbt.type_string() }}) as selling_plan_name,
    quantity,
    cast(null as int) as current_quantity,
    unit_price_amount,
    {{ money('quantity * unit_price_amount') }} as line_gross_amount,
    discount_amount as line_discount_amount,
    {{ money('quantity * unit_price_amount - discount_amount') }} as line_net_amount,
    tax_amount as line_tax_amount,
    false as is_exact_duplicate
from cart_items
