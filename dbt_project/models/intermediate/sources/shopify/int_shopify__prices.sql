with product_variant_prices as (

    select * from {{ ref('stg_shopify__product_variant_prices') }}

)

select
    store_id,
    variant_id,
    cast(null as {{ dbt.type_string() }}) as sku,
    observed_at as seen_at,
    cast(null as date) as valid_from_date,
    price,
    compare_at_price,
    cast(null as {{ dbt.type_string() }}) as currency,
    'shopify' as price_source
from product_variant_prices
