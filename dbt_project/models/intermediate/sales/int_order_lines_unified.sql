with orders as (

    select * from {{ ref('int_orders_unified') }}

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

-- A line keeps the SKU that its variant had when it was sold, while costs and stock are kept by the one it has now.
-- Once a variant is deleted, Shopify names none on the orders that sold it: the line's SKU still tells the product.
unified_shopify as (

    select
        shopify_lines.store_id,
        shopify_lines.order_id,
        shopify_lines.order_line_id,
        shopify_lines.position + 1 as line_number,
        coalesce(shopify_lines.product_id, products_of_skus.product_id) as product_id,
        coalesce(shopify_lines.variant_id, products_of_skus.variant_id) as variant_id,
        coalesce(products.sku, nullif(trim(shopify_lines.sku), '')) as sku,
        shopify_lines.product_title,
        shopify_lines.variant_title,
        shopify_lines.vendor as brand,
        case when shopify_lines.is_gift_card then 'gift_card' else 'product' end as line_type,
        shopify_lines.quantity,
        shopify_lines.current_quantity,
        shopify_lines.unit_price_amount,
        shopify_amounts.line_gross_amount,
        shopify_amounts.line_discount_amount,
        shopify_amounts.line_net_amount,
        shopify_amounts.line_tax_amount,
        false as is_exact_duplicate
    from shopify_lines
    inner join shopify_amounts
        on
            shopify_lines.store_id = shopify_amounts.store_id
            and shopify_lines.order_line_id = shopify_amounts.order_line_id
    left join products
        on
            shopify_lines.store_id = products.store_id
            and shopify_lines.variant_id = products.variant_id
    left join products as products_of_skus
        on
            shopify_lines.store_id = products_of_skus.store_id
            -- A condition on one side alone would make DuckDB compare every line with every product.
            and case when shopify_lines.variant_id is null then trim(shopify_lines.sku) end = products_of_skus.sku
            and products_of_skus.is_primary_for_sku

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
