with transfers as (

    select * from {{ ref('stg_files__transfers') }}

)

select
    transfer_id,
    store_id,
    sku,
    from_location,
    to_location,
    shipped_quantity,
    received_quantity,
    shipped_local_at,
    received_local_at
from transfers
