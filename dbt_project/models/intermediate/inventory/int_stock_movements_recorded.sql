with stores as (

    select * from {{ ref('int_stores') }}

),

products as (

    select * from {{ ref('int_products') }}

),

aliases as (

    select * from {{ ref('int_location_aliases') }}

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

stock_movements as (

    select * from {{ ref('int_stock_movements') }}

),

receipts as (

    select * from {{ ref('int_purchase_receipts') }}

),

transfers as (

    select * from {{ ref('int_transfers') }}

),

stock_counts as (

    select * from {{ ref('int_stock_counts') }}

),

-- A line whose variant is gone still names a SKU; a line without either was typed in and holds no stock.
stocked_lines as (

    select
        order_lines.store_id,
        order_lines.order_line_id,
        order_lines.sku
    from order_lines
    left join products
        on
            order_lines.store_id = products.store_id
            and order_lines.variant_id = products.variant_id
    where
        coalesce(products.is_stocked, order_lines.requires_shipping and order_lines.line_type <> 'gift_card')
        and order_lines.sku is not null

),

shipped_and_returned as (

    select
        stock_movements.store_id,
        stock_movements.location_id,
        stocked_lines.sku,
        stock_movements.movement_type,
        stock_movements.source_type,
        stock_movements.source_id,
        stock_movements.moved_at,
        stock_movements.quantity,
        stock_movements.quantity as owned_quantity
    from stock_movements
    inner join stocked_lines
        on
            stock_movements.store_id = stocked_lines.store_id
            and stock_movements.order_line_id = stocked_lines.order_line_id

),

received as (

    select
        store_id,
        location_id,
        sku,
        'receipt' as movement_type,
        'purchase_order_receipt' as source_type,
        receipt_id || '|' || purchase_order_id || '|' || cast(line_number as {{ dbt.type_string() }}) as source_id,
        received_at as moved_at,
        accepted_quantity as quantity,
        accepted_quantity as owned_quantity
    from receipts
    where accepted_quantity <> 0

),

-- Units in transit belong to neither location's on-hand stock, but to the store all the same.
transferred_out as (

    select
        transfers.store_id,
        coalesce(aliases.location_id, 'unknown') as location_id,
        transfers.sku,
        'transfer_out' as movement_type,
        'transfer' as source_type,
        transfers.transfer_id || '|' || transfers.sku as source_id,
        {{ utc_from_local('transfers.shipped_local_at', 'stores.timezone') }} as moved_at,
        -transfers.shipped_quantity as quantity,
        0 as owned_quantity
    from transfers
    inner join stores
        on transfers.store_id = stores.store_id
    left join aliases
        on
            transfers.store_id = aliases.store_id
            and transfers.from_location = aliases.alias
    where transfers.shipped_local_at is not null

),

transferred_in as (

    select
        transfers.store_id,
        coalesce(aliases.location_id, 'unknown') as location_id,
        transfers.sku,
        'transfer_in' as movement_type,
        'transfer' as source_type,
        transfers.transfer_id || '|' || transfers.sku as source_id,
        {{ utc_from_local('transfers.received_local_at', 'stores.timezone') }} as moved_at,
        transfers.received_quantity as quantity,
        transfers.received_quantity - transfers.shipped_quantity as owned_quantity
    from transfers
    inner join stores
        on transfers.store_id = stores.store_id
    left join aliases
        on
            transfers.store_id = aliases.store_id
            and transfers.to_location = aliases.alias
    where
        transfers.received_local_at is not null
        and transfers.received_quantity is not null

),

-- A count that states what the system said tells its own variance; the others are held against the ledger later.
counted as (

    select
        stock_counts.store_id,
        coalesce(aliases.location_id, 'unknown') as location_id,
        stock_counts.sku,
        'count_adjustment' as movement_type,
        'stock_count' as source_type,
        stock_counts.count_id || '|' || stock_counts.sku || '|' || stock_counts.location as source_id,
        {{ utc_from_local('stock_counts.counted_local_at', 'stores.timezone') }} as moved_at,
        stock_counts.counted_quantity - stock_counts.system_quantity as quantity,
        stock_counts.counted_quantity - stock_counts.system_quantity as owned_quantity
    from stock_counts
    inner join stores
        on stock_counts.store_id = stores.store_id
    left join aliases
        on
            stock_counts.store_id = aliases.store_id
            and stock_counts.location = aliases.alias
    where
        coalesce(stock_counts.count_reason, '') <> 'opening'
        and stock_counts.counted_quantity <> stock_counts.system_quantity

),

all_movements as (

    select * from shipped_and_returned

    union all

    select * from received

    union all

    select * from transferred_out

    union all

    select * from transferred_in

    union all

    select * from counted

),

dated as (

    select
        all_movements.*,
        {{ local_date('all_movements.moved_at', 'stores.timezone') }} as movement_date,
        {{ as_of_date('stores.timezone') }} as as_of_date
    from all_movements
    inner join stores
        on all_movements.store_id = stores.store_id

),

final as (

    select
        store_id,
        location_id,
        sku,
        movement_type,
        source_type,
        source_id,
        moved_at,
        movement_date,
        quantity,
        owned_quantity
    from dated
    where movement_date <= as_of_date

)

select * from final
