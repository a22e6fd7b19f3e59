select
    store_id,
    snapshot_date,
    {{ shopify_id('inventory_item_id') }} as inventory_item_id,
    {{ shopify_id('location_id') }} as location_id,
    cast(available as int) as available_quantity,
    cast(on_hand as int) as on_hand_quantity,
    cast(committed as int) as committed_quantity,
    cast(incoming as int) as incoming_quantity,
    cast(reserved as int) as reserved_quantity,
    cast(damaged as int) as damaged_quantity,
    cast(quality_control as int) as quality_control_quantity,
    cast(safety_stock as int) as safety_stock_quantity,
    {{ utc_timestamp('snapshot_at') }} as snapshot_at
from {{ source('shopify', 'inventory_levels') }}
