with orders as (

    select * from {{ ref('int_files__counted_orders') }}

),

price_lists as (

    select * from {{ ref('stg_files__price_lists') }}

),

stock_counts as (

    select * from {{ ref('stg_files__stock_counts') }}

),

transfers as (

    select * from {{ ref('stg_files__transfers') }}

),

purchase_orders as (

    select * from {{ ref('stg_files__purchase_orders') }}

),

purchase_order_lines as (

    select * from {{ ref('stg_files__purchase_order_lines') }}

),

sold_lines as (

    select
        store_id,
        order_id,
        line_number,
        nullif(trim(sku), '') as sku,
        nullif(trim(product_title), '') as product_title,
        line_type,
        ordered_at as ordered_local_at,
        {{ utc_from_local('ordered_at', 'timezone') }} as ordered_at
    from orders
    where line_type in ('product', 'gift_card', 'sample')

),

sold_skus as (

    select
        store_id,
        sku,
        max(line_type = 'gift_card') as is_gift_card,
        min(ordered_at) as first_sold_at,
        max(ordered_at) as last_sold_at
    from sold_lines
    group by store_id, sku

),

-- Sources spell one product in many ways over the years: the latest title counts.
latest_titles as (

    select
        store_id,
        sku,
        product_title
    from sold_lines
    where product_title is not null
    qualify row_number() over (
            partition by store_id, sku
            order by ordered_local_at desc nulls last, order_id desc nulls last, line_number desc nulls last
        ) = 1

),

named_skus as (

    select
        store_id,
        sku
    from price_lists

    union

    select
        store_id,
        sku
    from stock_counts

    union

    select
        store_id,
        sku
    from transfers

    union

    select
        purchase_orders.store_id,
        purchase_order_lines.sku
    from purchase_order_lines
    inner join purchase_orders
        on purchase_order_lines.purchase_order_id = purchase_orders.purchase_order_id

),

skus as (

    select
        coalesce(sold_skus.store_id, named_skus.store_id) as store_id,
        coalesce(sold_skus.sku, named_skus.sku) as sku,
        coalesce(sold_skus.is_gift_card, false) as is_gift_card,
        sold_skus.first_sold_at,
        sold_skus.last_sold_at,
        sold_skus.sku is null as is_named_only
    from sold_skus
    full outer join named_skus
        on
            sold_skus.store_id = named_skus.store_id
            and sold_skus.sku = named_skus.sku

)

select
    skus.store_id,
    skus.sku as variant_id,
    cast(null as {{ dbt.type_string() }}) as product_id,
    cast(null as {{ dbt.type_string() }}) as inventory_item_id,
    skus.sku,
    latest_titles.product_title,
    cast(null as {{ dbt.type_string() }}) as variant_title,
    cast(null as {{ dbt.type_string() }}) as barcode,
    cast(null as {{ dbt.type_string() }}) as category,
    cast(null as {{ dbt.type_string() }}) as brand,
    cast(null as {{ dbt.type_string() }}) as product_status,
    true as is_tracked,
    skus.is_gift_card,
    false as is_deleted,
    cast(null as timestamp) as deleted_at,
    cast(null as decimal(18, 4)) as price,
    cast(null as decimal(18, 4)) as compare_at_price,
    cast(null as decimal(18, 4)) as stated_unit_cost,
    cast(null as {{ dbt.type_string() }}) as stated_unit_cost_currency,
    cast(null as double) as weight,
    cast(null as {{ dbt.type_string() }}) as weight_unit,
    skus.first_sold_at as offered_at,
    skus.first_sold_at as created_at,
    skus.last_sold_at as updated_at,
    'files' as product_source,
    false as is_listed,
    skus.is_named_only
from skus
left join latest_titles
    on
        skus.store_id = latest_titles.store_id
        and skus.sku = latest_titles.sku
where
    skus.store_id is not null
    and skus.sku is not null
