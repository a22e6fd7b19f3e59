select
    transfer_id,
    store_id,
    nullif(trim(sku), '') as sku,
    trim(from_location) as from_location,
    trim(to_location) as to_location,
    cast(shipped_quantity as int) as shipped_quantity,
    cast(received_quantity as int) as received_quantity,
    shipped_at as shipped_local_at,
    received_at as received_local_at,
    {{ money('transfer_cost') }} as transfer_cost,
    currency
from {{ source('files', 'transfers') }}
