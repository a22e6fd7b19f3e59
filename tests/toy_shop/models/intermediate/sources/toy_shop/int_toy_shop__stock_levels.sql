with shelf as (

    select * from {{ ref('stg_toy_shop__shelf') }}

),

shops as (

    select * from {{ ref('stg_toy_shop__shops') }}

)

select
    shelf.store_id,
    shelf.location_id,
    shelf.variant_id as inventory_item_id,
    {{ local_date('shelf.snapshot_at', 'shops.timezone') }} as snapshot_date,
    shelf.snapshot_at,
    shelf.quantity as on_hand_quantity,
    shelf.quantity as available_quantity,
    cast(null as int) as committed_quantity,
    cast(null as int) as reserved_quantity,
    cast(null as int) as damaged_quantity,
    cast(null as int) as quality_control_quantity,
    cast(null as int) as safety_stock_quantity,
    cast(null as int) as incoming_quantity
from shelf
inner join shops
    on shelf.store_id = shops.store_id
