with entries as (

    select * from {{ ref('int_files__order_entries') }}

)

select
    store_id,
    order_id,
    order_line_id,
    line_number,
    sku as product_id,
    sku as variant_id,
    sku,
    product_title,
    cast(null as {{ dbt.type_string() }}) as variant_title,
    cast(null as {{ dbt.type_string() }}) as brand,
    line_type,
    cast(null as boolean) as requires_shipping,
    cast(null as {{ dbt.type_string() }}) as bundle_id,
    cast(null as {{ dbt.type_string() }}) as bundle_title,
    cast(null as {{ dbt.type_string() }}) as bundle_sku,
    cast(null as int) as bundle_quantity,
    cast(null as {{ dbt.type_string() }}) as selling_plan_name,
    quantity,
    quantity as current_quantity,
    unit_price_amount,
    gross_amount as line_gross_amount,
    discount_amount as line_discount_amount,
    net_amount as line_net_amount,
    tax_amount as line_tax_amount,
    is_exact_duplicate
from entries
where
    entry_type = 'sale'
    and line_type in ('product', 'gift_card')
