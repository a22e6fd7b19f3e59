select
    count_id,
    store_id,
    trim(location) as location,
    nullif(trim(sku), '') as sku,
    counted_at as counted_local_at,
    cast(counted_quantity as int) as counted_quantity,
    cast(system_quantity as int) as system_quantity,
    lower(trim(reason)) as count_reason
from {{ source('files', 'stock_counts') }}
