with stock_counts as (

    select * from {{ ref('stg_files__stock_counts') }}

)

select
    count_id,
    store_id,
    location,
    sku,
    counted_local_at,
    counted_quantity,
    system_quantity,
    count_reason
from stock_counts
