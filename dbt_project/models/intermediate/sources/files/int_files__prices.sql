with price_lists as (

    select * from {{ ref('stg_files__price_lists') }}

)

select
    store_id,
    cast(null as {{ dbt.type_string() }}) as variant_id,
    sku,
    cast(null as timestamp) as seen_at,
    valid_from_date,
    price,
    compare_at_price,
    currency,
    'price_list' as price_source
from price_lists
