with stock_counts as (

    select * from {{ ref('int_stock_counts') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

aliases as (

    select * from {{ ref('int_location_aliases') }}

),

movements as (

    select * from {{ ref('int_inventory_movements') }}

),

products as (

    select * from {{ ref('int_products') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

count_movements as (

    select * from movements
    where source_type = 'stock_count'

),

-- Without a system quantity on the sheet, the ledger's own stock at that moment is the system's.
compared as (

    select
        stock_counts.count_id,
        stock_counts.store_id,
        coalesce(aliases.location_id, 'unknown') as location_id,
        stock_counts.sku,
        stock_counts.counted_local_at,
        stock_counts.count_reason,
        {{ utc_from_local('stock_counts.counted_local_at', 'stores.timezone') }} as counted_at,
        cast(stock_counts.counted_local_at as date) as count_date,
        stores.currency,
        stock_counts.counted_quantity,
        case
            when count_movements.movement_type = 'opening' or stock_counts.count_reason = 'opening' then null
            when stock_counts.system_quantity is not null then stock_counts.system_quantity
            else stock_counts.counted_quantity - coalesce(count_movements.quantity, 0)
        end as system_quantity,
        stock_counts.system_quantity is not null as is_system_quantity_on_sheet
    from stock_counts
    inner join stores
        on stock_counts.store_id = stores.store_id
    left join aliases
        on
            stock_counts.store_id = aliases.store_id
            and stock_counts.location = aliases.alias
    left join count_movements
        on
            stock_counts.store_id = count_movements.store_id
            and stock_counts.count_id || '|' || stock_counts.sku || '|' || stock_counts.location
            = count_movements.source_id
    where cast(stock_counts.counted_local_at as date) <= {{ as_of_date('stores.timezone') }}

),

valued as (

    select
        compared.*,
        compared.counted_quantity - compared.system_quantity as variance_quantity,
        unit_costs.unit_cost,
        cast((compared.counted_quantity - compared.system_quantity) * unit_costs.unit_cost as decimal(18, 4))
            as variance_value
    from compared
    left join unit_costs
        on
            compared.store_id = unit_costs.store_id
            and compared.sku = unit_costs.sku
            and compared.count_date >= unit_costs.valid_from_date
            and compared.count_date < unit_costs.valid_to_date

)

select
    {{ surrogate_key(['valued.store_id', 'valued.count_id', 'valued.sku', 'valued.location_id']) }} as stock_count_key,
    valued.count_id,
    valued.store_id,
    valued.location_id,
    {{ location_key('valued.store_id', 'valued.location_id') }} as location_key,
    valued.sku,
    products.product_key,
    valued.counted_at,
    valued.count_date,
    valued.count_reason,
    cast(valued.counted_quantity as bigint) as counted_quantity,
    cast(valued.system_quantity as bigint) as system_quantity,
    cast(valued.variance_quantity as bigint) as variance_quantity,
    cast(greatest(-valued.variance_quantity, 0) as bigint) as shrinkage_quantity,
    valued.variance_quantity = 0 as is_accurate,
    valued.is_system_quantity_on_sheet,
    valued.unit_cost,
    valued.variance_value,
    valued.currency,
    {{ to_reporting('valued.variance_value') }} as variance_value_reporting,
    {{ reporting_currency() }} as reporting_currency
from valued
left join products
    on
        valued.store_id = products.store_id
        and valued.sku = products.sku
        and products.is_primary_for_sku
left join exchange_rates as rates
    on
        valued.currency = rates.from_currency
        and valued.count_date = rates.date
