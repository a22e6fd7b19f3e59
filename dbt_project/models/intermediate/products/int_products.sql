with stores as (

    select * from {{ ref('int_stores') }}

),

variants as (

    select * from {{ ref('stg_shopify__product_variants') }}

),

products as (

    select * from {{ ref('stg_shopify__products') }}

),

inventory_items as (

    select * from {{ ref('stg_shopify__inventory_items') }}

),

product_deletions as (

    select * from {{ ref('stg_shopify__product_deletions') }}

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

order_lines as (

    select * from {{ ref('stg_shopify__order_lines') }}

),

file_orders as (

    select * from {{ ref('stg_files__orders') }}

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

file_products as (

    select * from {{ ref('stg_files__products') }}

),

deleted_products as (

    select
        store_id,
        product_id,
        min(deleted_at) as deleted_at
    from product_deletions
    group by store_id, product_id

),

shopify_variants as (

    select
        variants.store_id,
        variants.variant_id,
        variants.product_id,
        variants.inventory_item_id,
        coalesce(variants.sku, inventory_items.sku, variants.variant_id) as sku,
        products.product_title,
        variants.variant_title,
        variants.barcode,
        coalesce(products.product_type, nullif(trim(split_part(products.category_name, '>', -1)), '')) as category,
        products.brand,
        products.product_status,
        coalesce(inventory_items.is_tracked, false) as is_tracked,
        coalesce(products.is_gift_card, false) as is_gift_card,
        deleted_products.deleted_at is not null as is_deleted,
        deleted_products.deleted_at,
        variants.price,
        variants.compare_at_price,
        inventory_items.unit_cost as shopify_unit_cost,
        inventory_items.unit_cost_currency as shopify_unit_cost_currency,
        inventory_items.weight,
        inventory_items.weight_unit,
        coalesce(products.published_at, variants.created_at) as offered_at,
        variants.created_at,
        greatest(variants.updated_at, coalesce(products.updated_at, variants.updated_at)) as updated_at,
        'shopify' as product_source
    from variants
    left join products
        on
            variants.store_id = products.store_id
            and variants.product_id = products.product_id
    left join inventory_items
        on
            variants.store_id = inventory_items.store_id
            and variants.inventory_item_id = inventory_items.inventory_item_id
    left join deleted_products
        on
            variants.store_id = deleted_products.store_id
            and variants.product_id = deleted_products.product_id

),

-- A variant that was deleted is known by the orders that sold it only, and by its inventory item if a sync has read it.
sold_variant_lines as (

    select
        order_lines.store_id,
        order_lines.variant_id,
        order_lines.product_id,
        coalesce(nullif(trim(order_lines.sku), ''), order_lines.variant_id) as sku,
        order_lines.product_title,
        order_lines.variant_title,
        order_lines.vendor as brand,
        order_lines.requires_shipping,
        order_lines.is_gift_card,
        orders.processed_at,
        min(orders.processed_at) over (
            partition by order_lines.store_id, order_lines.variant_id
        ) as first_sold_at,
        row_number() over (
            partition by order_lines.store_id, order_lines.variant_id
            order by orders.processed_at desc nulls last, order_lines.order_line_id desc nulls last
        ) as recency
    from order_lines
    inner join orders
        on
            order_lines.store_id = orders.store_id
            and order_lines.order_id = orders.order_id
    left join variants
        on
            order_lines.store_id = variants.store_id
            and order_lines.variant_id = variants.variant_id
    where
        order_lines.variant_id is not null
        and variants.variant_id is null

),

sold_variants as (

    select
        sold_variant_lines.store_id,
        sold_variant_lines.variant_id,
        sold_variant_lines.product_id,
        inventory_items.inventory_item_id,
        coalesce(inventory_items.sku, sold_variant_lines.sku) as sku,
        sold_variant_lines.product_title,
        sold_variant_lines.variant_title,
        cast(null as {{ dbt.type_string() }}) as barcode,
        cast(null as {{ dbt.type_string() }}) as category,
        sold_variant_lines.brand,
        cast(null as {{ dbt.type_string() }}) as product_status,
        coalesce(inventory_items.is_tracked, sold_variant_lines.requires_shipping, true) as is_tracked,
        coalesce(sold_variant_lines.is_gift_card, false) as is_gift_card,
        true as is_deleted,
        coalesce(deleted_products.deleted_at, sold_variant_lines.processed_at) as deleted_at,
        cast(null as decimal(18, 4)) as price,
        cast(null as decimal(18, 4)) as compare_at_price,
        inventory_items.unit_cost as shopify_unit_cost,
        inventory_items.unit_cost_currency as shopify_unit_cost_currency,
        inventory_items.weight,
        inventory_items.weight_unit,
        sold_variant_lines.first_sold_at as offered_at,
        sold_variant_lines.first_sold_at as created_at,
        sold_variant_lines.processed_at as updated_at,
        'order_lines' as product_source
    from sold_variant_lines
    left join inventory_items
        on
            sold_variant_lines.store_id = inventory_items.store_id
            and sold_variant_lines.variant_id = inventory_items.variant_id
    left join deleted_products
        on
            sold_variant_lines.store_id = deleted_products.store_id
            and sold_variant_lines.product_id = deleted_products.product_id
    where sold_variant_lines.recency = 1

),

file_order_skus as (

    select
        store_id,
        nullif(trim(sku), '') as sku,
        max(line_type = 'gift_card') as is_gift_card,
        min({{ utc_from_local('ordered_at', 'timezone') }}) as first_sold_at,
        max({{ utc_from_local('ordered_at', 'timezone') }}) as last_sold_at
    from file_orders
    where line_type in ('product', 'gift_card', 'sample')
    group by store_id, nullif(trim(sku), '')

),

-- Sources spell one product in many ways over the years: the latest title counts.
file_order_titles as (

    select
        store_id,
        nullif(trim(sku), '') as sku,
        product_title,
        row_number() over (
            partition by store_id, nullif(trim(sku), '')
            order by ordered_at desc nulls last, order_id desc nulls last, line_number desc nulls last
        ) as recency
    from file_orders
    where
        line_type in ('product', 'gift_card', 'sample')
        and nullif(trim(product_title), '') is not null

),

stock_file_skus as (

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

file_skus as (

    select
        coalesce(file_order_skus.store_id, stock_file_skus.store_id) as store_id,
        coalesce(file_order_skus.sku, stock_file_skus.sku) as sku,
        coalesce(file_order_skus.is_gift_card, false) as is_gift_card,
        file_order_skus.first_sold_at,
        file_order_skus.last_sold_at,
        file_order_skus.sku is not null as is_sold_by_file
    from file_order_skus
    full outer join stock_file_skus
        on
            file_order_skus.store_id = stock_file_skus.store_id
            and file_order_skus.sku = stock_file_skus.sku

),

shopify_skus as (

    select distinct
        store_id,
        sku
    from shopify_variants

    union

    select distinct
        store_id,
        sku
    from sold_variants

),

file_variants as (

    select
        file_skus.store_id,
        file_skus.sku as variant_id,
        cast(null as {{ dbt.type_string() }}) as product_id,
        cast(null as {{ dbt.type_string() }}) as inventory_item_id,
        file_skus.sku,
        file_order_titles.product_title,
        cast(null as {{ dbt.type_string() }}) as variant_title,
        cast(null as {{ dbt.type_string() }}) as barcode,
        cast(null as {{ dbt.type_string() }}) as category,
        cast(null as {{ dbt.type_string() }}) as brand,
        cast(null as {{ dbt.type_string() }}) as product_status,
        true as is_tracked,
        file_skus.is_gift_card,
        false as is_deleted,
        cast(null as timestamp) as deleted_at,
        cast(null as decimal(18, 4)) as price,
        cast(null as decimal(18, 4)) as compare_at_price,
        cast(null as decimal(18, 4)) as shopify_unit_cost,
        cast(null as {{ dbt.type_string() }}) as shopify_unit_cost_currency,
        cast(null as double) as weight,
        cast(null as {{ dbt.type_string() }}) as weight_unit,
        file_skus.first_sold_at as offered_at,
        file_skus.first_sold_at as created_at,
        file_skus.last_sold_at as updated_at,
        'files' as product_source
    from file_skus
    left join file_order_titles
        on
            file_skus.store_id = file_order_titles.store_id
            and file_skus.sku = file_order_titles.sku
            and file_order_titles.recency = 1
    left join shopify_skus
        on
            file_skus.store_id = shopify_skus.store_id
            and file_skus.sku = shopify_skus.sku
    where
        file_skus.store_id is not null
        and file_skus.sku is not null
        and (shopify_skus.sku is null or file_skus.is_sold_by_file)

),

all_variants as (

    select * from shopify_variants

    union all

    select * from sold_variants

    union all

    select * from file_variants

),

-- The file of products knows no store: its latest row by the run's date speaks for the SKU everywhere.
file_product_versions as (

    select
        *,
        row_number() over (
            partition by sku
            order by valid_from_date desc nulls last
        ) as recency
    from file_products
    where
        sku is not null
        and valid_from_date <= {{ as_of_date("'UTC'") }}

),

described as (

    select
        all_variants.*,
        stores.platform,
        stores.timezone,
        stores.currency,
        file_product_versions.product_name as file_product_name,
        file_product_versions.category as file_category,
        file_product_versions.subcategory,
        file_product_versions.brand as file_brand,
        file_product_versions.supplier_id,
        file_product_versions.case_pack,
        file_product_versions.minimum_order_quantity,
        file_product_versions.launched_on as file_launched_on,
        file_product_versions.discontinued_on
    from all_variants
    inner join stores
        on all_variants.store_id = stores.store_id
    left join file_product_versions
        on
            all_variants.sku = file_product_versions.sku
            and file_product_versions.recency = 1

),

final as (

    select
        store_id,
        variant_id,
        product_id,
        inventory_item_id,
        sku,
        row_number() over (
            partition by store_id, sku
            order by
                case when is_deleted then 1 else 0 end nulls last,
                case product_source when 'shopify' then 0 when 'files' then 1 else 2 end nulls last,
                variant_id nulls last
        ) = 1 as is_primary_for_sku,
        coalesce(product_title, file_product_name, sku) as product_title,
        variant_title,
        barcode,
        coalesce(file_category, category, 'Uncategorised') as category,
        subcategory,
        coalesce(file_brand, brand) as brand,
        supplier_id,
        case
            when is_deleted then 'DELETED'
            else coalesce(product_status, 'ACTIVE')
        end as product_status,
        is_tracked and not is_gift_card as is_stocked,
        is_gift_card,
        is_deleted,
        {{ local_date('deleted_at', 'timezone') }} as deleted_date,
        coalesce(file_launched_on, {{ local_date('offered_at', 'timezone') }}) as launched_on,
        discontinued_on,
        coalesce(
            discontinued_on,
            {{ local_date('deleted_at', 'timezone') }},
            case when product_status in ('ARCHIVED', 'DRAFT') then {{ local_date('updated_at', 'timezone') }} end
        ) as retired_date,
        case_pack,
        minimum_order_quantity,
        weight,
        weight_unit,
        price,
        compare_at_price,
        shopify_unit_cost,
        shopify_unit_cost_currency,
        currency,
        platform,
        product_source,
        created_at,
        updated_at
    from described

)

select * from final
