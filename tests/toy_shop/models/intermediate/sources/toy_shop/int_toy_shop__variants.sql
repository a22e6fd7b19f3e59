with articles as (

    select * from {{ ref('stg_toy_shop__articles') }}

)

select
    store_id,
    variant_id,
    cast(null as {{ dbt.type_string() }}) as product_id,
    variant_id as inventory_item_id,
    sku,
    product_title,
    cast(null as {{ dbt.type_string() }}) as variant_title,
    cast(null as {{ dbt.type_string() }}) as barcode,
    category,
    cast(null as {{ dbt.type_string() }}) as brand,
    cast(null as {{ dbt.type_string() }}) as product_status,
    true as is_tracked,
    false as is_gift_card,
    false as is_deleted,
    cast(null as timestamp) as deleted_at,
    price,
    cast(null as decimal(18, 4)) as compare_at_price,
    stated_unit_cost,
    cast(null as {{ dbt.type_string() }}) as stated_unit_cost_currency,
    cast(null as double) as weight,
    cast(null as {{ dbt.type_string() }}) as weight_unit,
    created_at as offered_at,
    created_at,
    cast(null as timestamp) as updated_at,
    'toy_shop' as product_source,
    true as is_listed,
    false as is_named_only
from articles
