with inventory_levels as (

    select * from {{ ref('stg_shopify__inventory_levels') }}

)

select
    store_id,
    location_id,
    inventory_item_id,
    snapshot_date,
    snapshot_at,
    on_hand_quantity,
    available_quantity,
    committed_quantity,
    reserved_quantity,
    damaged_quantity,
    quality_control_quantity,
    safety_stock_quantity,
    incoming_quantity
from inventory_levels
