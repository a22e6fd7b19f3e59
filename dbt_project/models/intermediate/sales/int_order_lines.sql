with orders as (

    select * from {{ ref('int_orders') }}

),

shopify_lines as (

    select * from {{ ref('stg_shopify__order_lines') }}

),

shopify_amounts as (

    select * from {{ ref('int_shopify__order_line_amounts') }}

),

file_entries as (

    select * from {{ ref('int_files__order_entries') }}

),

products as (

    select * from {{ ref('int_products') }}

),

-- SKUs under which variants were sold that have another one now.
former_skus as (

    select
        shopify_lines.store_id,
        trim(shopify_lines.sku) as sku,
        shopify_lines.variant_id
    from shopify_lines
    inner join products
        on
            shopify_lines.store_id = products.store_id
            and shopify_lines.variant_id = products.variant_id
    inner join orders
        on
            shopify_lines.store_id = orders.store_id
            and shopify_lines.order_id = orders.order_id
    where nullif(trim(shopify_lines.sku), '') <> products.sku
    qualify row_number() over (
            partition by shopify_lines.store_id, trim(shopify_lines.sku)
            order by orders.ordered_at desc nulls last, shopify_lines.order_line_id desc nulls last
        ) = 1

),

-- Once a variant is deleted, Shopify names none on the orders that sold it: the line's SKU still tells the product,
-- and where no product has it any more, other lines of that SKU do.
identified_lines as (

    select
        shopify_lines.*,
        coalesce(
            shopify_lines.variant_id, products_of_skus.variant_id, former_skus.variant_id
        ) as identified_variant_id
    from shopify_lines
    left join products as products_of_skus
        on
            shopify_lines.store_id = products_of_skus.store_id
            -- A condition on one side alone would make DuckDB compare every line with every product.
            and case when shopify_lines.variant_id is null then trim(shopify_lines.sku) end = products_of_skus.sku
            and products_of_skus.is_primary_for_sku
    left join former_skus
        on
            shopify_lines.store_id = former_skus.store_id
            and case when shopify_lines.variant_id is null then trim(shopify_lines.sku) end = former_skus.sku

),

-- A line keeps the SKU that its variant had when it was sold, while costs and stock are kept by the one it has now.
unified_shopify as (

    select
        identified_lines.store_id,
        identified_lines.order_id,
        identified_lines.order_line_id,
        identified_lines.position + 1 as line_number,
        coalesce(identified_lines.product_id, products.product_id) as product_id,
        identified_lines.identified_variant_id as variant_id,
        coalesce(products.sku, nullif(trim(identified_lines.sku), '')) as sku,
        identified_lines.product_title,
        identified_lines.variant_title,
        identified_lines.vendor as brand,
        case when identified_lines.is_gift_card then 'gift_card' else 'product' end as line_type,
        identified_lines.requires_shipping,
        identified_lines.quantity,
        identified_lines.current_quantity,
        identified_lines.unit_price_amount,
        shopify_amounts.line_gross_amount,
        shopify_amounts.line_discount_amount,
        shopify_amounts.line_net_amount,
        shopify_amounts.line_tax_amount,
        false as is_exact_duplicate
    from identified_lines
    inner join shopify_amounts
        on
            identified_lines.store_id = shopify_amounts.store_id
            and identified_lines.order_line_id = shopify_amounts.order_line_id
    left join products
        on
            identified_lines.store_id = products.store_id
            and identified_lines.identified_variant_id = products.variant_id

),

unified_files as (

    select
        store_id,
        order_id,
        order_line_id,
        line_number,
        sku as product_id,
        sku as variant_id,
        sku,
        product_title,
        cast(null as {{ dbt.type_string() }}) as variant_title,
        cast(null as {{ dbt.type_string() }}) as brand,
        line_type,
        cast(null as boolean) as requires_shipping,
        quantity,
        quantity as current_quantity,
        unit_price_amount,
        gross_amount as line_gross_amount,
        discount_amount as line_discount_amount,
        net_amount as line_net_amount,
        tax_amount as line_tax_amount,
        is_exact_duplicate
    from file_entries
    where
        entry_type = 'sale'
        and line_type in ('product', 'gift_card')

),

unified as (

    select * from unified_shopify

    union all

    select * from unified_files

),

final as (

    select
        unified.*,
        orders.platform,
        orders.currency,
        orders.ordered_at,
        orders.order_date,
        orders.is_test,
        orders.is_cancelled,
        orders.is_paid,
        not orders.is_test and unified.line_type = 'product' as is_sales_line
    from unified
    inner join orders
        on
            unified.store_id = orders.store_id
            and unified.order_id = orders.order_id

)

select * from final
