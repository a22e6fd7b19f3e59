with stores as (

    select * from {{ ref('int_stores') }}

),

products as (

    select * from {{ ref('int_products') }}

),

aliases as (

    select * from {{ ref('int_location_aliases') }}

),

stock_counts as (

    select * from {{ ref('int_stock_counts') }}

),

stock_levels as (

    select * from {{ ref('int_stock_levels') }}

),

counts as (

    select
        stock_counts.store_id,
        coalesce(aliases.location_id, 'unknown') as location_id,
        stock_counts.sku,
        case when stock_counts.count_reason = 'opening' then 'opening' else 'count' end as statement_type,
        'stock_count' as source_type,
        stock_counts.count_id || '|' || stock_counts.sku || '|' || stock_counts.location as source_id,
        {{ utc_from_local('stock_counts.counted_local_at', 'stores.timezone') }} as stated_at,
        cast(stock_counts.counted_local_at as date) as stated_date,
        stock_counts.counted_quantity as stated_quantity
    from stock_counts
    inner join stores
        on stock_counts.store_id = stores.store_id
    left join aliases
        on
            stock_counts.store_id = aliases.store_id
            and stock_counts.location = aliases.alias
    where
        stock_counts.counted_quantity is not null
        and (stock_counts.count_reason = 'opening' or stock_counts.system_quantity is null)

),

-- Variants that share a SKU share its stock.
snapshots as (

    select
        stock_levels.store_id,
        stock_levels.location_id,
        products.sku,
        'snapshot' as statement_type,
        'inventory_level' as source_type,
        cast(stock_levels.snapshot_date as {{ dbt.type_string() }})
        || '|' || products.sku || '|' || stock_levels.location_id as source_id,
        max(stock_levels.snapshot_at) as stated_at,
        stock_levels.snapshot_date as stated_date,
        cast(sum(stock_levels.on_hand_quantity) as int) as stated_quantity
    from stock_levels
    inner join products
        on
            stock_levels.store_id = products.store_id
            and stock_levels.inventory_item_id = products.inventory_item_id
    where
        products.is_stocked
        and stock_levels.on_hand_quantity is not null
    group by
        stock_levels.store_id,
        stock_levels.location_id,
        products.sku,
        stock_levels.snapshot_date

),

all_statements as (

    select * from counts

    union all

    select * from snapshots

),

final as (

    select all_statements.*
    from all_statements
    inner join stores
        on all_statements.store_id = stores.store_id
    where all_statements.stated_date <= {{ as_of_date('stores.timezone') }}

)

select * from final
