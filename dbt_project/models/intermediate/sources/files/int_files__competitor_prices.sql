with competitor_prices as (

    select * from {{ ref('stg_files__competitor_prices') }}

)

select
    competitor,
    sku,
    observed_date,
    price,
    currency,
    is_in_stock,
    url
from competitor_prices
