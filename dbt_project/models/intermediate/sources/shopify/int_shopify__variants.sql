with variants as (

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

deleted_products as (

    select
        store_id,
        product_id,
        min(deleted_at) as deleted_at
    from product_deletions
    group by store_id, product_id

),

listed_variants as (

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
        inventory_items.unit_cost as stated_unit_cost,
        inventory_items.unit_cost_currency as stated_unit_cost_currency,
        inventory_items.weight,
        inventory_items.weight_unit,
        coalesce(products.published_at, variants.created_at) as offered_at,
        variants.created_at,
        greatest(variants.updated_at, coalesce(products.updated_at, variants.updated_at)) as updated_at,
        'shopify' as product_source,
        true as is_listed
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
        inventory_items.unit_cost as stated_unit_cost,
        inventory_items.unit_cost_currency as stated_unit_cost_currency,
        inventory_items.weight,
        inventory_items.weight_unit,
        sold_variant_lines.first_sold_at as offered_at,
        sold_variant_lines.first_sold_at as created_at,
        sold_variant_lines.processed_at as updated_at,
        'order_lines' as product_source,
        false as is_listed
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

all_variants as (

    select * from listed_variants

    union all

    select * from sold_variants

)

select
    store_id,
    variant_id,
    product_id,
    inventory_item_id,
    sku,
    product_title,
    variant_title,
    barcode,
    category,
    brand,
    product_status,
    is_tracked,
    is_gift_card,
    is_deleted,
    deleted_at,
    price,
    compare_at_price,
    stated_unit_cost,
    stated_unit_cost_currency,
    weight,
    weight_unit,
    offered_at,
    created_at,
    updated_at,
    product_source,
    is_listed,
    false as is_named_only
from all_variants
