with stated as (

    {{ union_of_sources('order_lines', [
        'store_id', 'order_id', 'order_line_id', 'line_number', 'product_id', 'variant_id', 'sku', 'product_title',
        'variant_title', 'brand', 'line_type', 'requires_shipping', 'bundle_id', 'bundle_title', 'bundle_sku',
        'bundle_quantity', 'selling_plan_name', 'quantity', 'current_quantity',
        'unit_price_amount', 'line_gross_amount', 'line_discount_amount', 'line_net_amount', 'line_tax_amount',
        'is_exact_duplicate'
    ]) }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

products as (

    select * from {{ ref('int_products') }}

),

-- SKUs under which variants were sold that have another one now.
former_skus as (

    select
        stated.store_id,
        stated.sku,
        stated.variant_id
    from stated
    inner join products
        on
            stated.store_id = products.store_id
            and stated.variant_id = products.variant_id
    inner join orders
        on
            stated.store_id = orders.store_id
            and stated.order_id = orders.order_id
    where stated.sku <> products.sku
    qualify row_number() over (
            partition by stated.store_id, stated.sku
            order by orders.ordered_at desc nulls last, stated.order_line_id desc nulls last
        ) = 1

),

-- Once a variant is deleted, its shop may name none on the orders that sold it: the line's SKU still tells the product,
-- and where no product has it any more, other lines of that SKU do.
identified as (

    select
        stated.*,
        coalesce(
            stated.variant_id, products_of_skus.variant_id, former_skus.variant_id
        ) as identified_variant_id
    from stated
    left join products as products_of_skus
        on
            stated.store_id = products_of_skus.store_id
            -- A condition on one side alone would make DuckDB compare every line with every product.
            and case when stated.variant_id is null then stated.sku end = products_of_skus.sku
            and products_of_skus.is_primary_for_sku
    left join former_skus
        on
            stated.store_id = former_skus.store_id
            and case when stated.variant_id is null then stated.sku end = former_skus.sku

)

-- A line keeps the SKU that its variant had when it was sold, while costs and stock are kept by the one it has now.
select
    {{ order_line_key('identified.store_id', 'identified.order_line_id') }} as order_line_key,
    orders.order_key,
    identified.store_id,
    identified.order_id,
    identified.order_line_id,
    identified.line_number,
    coalesce(
        products.product_key, {{ product_key('identified.store_id', 'identified.identified_variant_id') }}
    ) as product_key,
    coalesce(identified.product_id, products.product_id) as product_id,
    identified.identified_variant_id as variant_id,
    coalesce(products.sku, identified.sku) as sku,
    identified.product_title,
    identified.variant_title,
    identified.brand,
    identified.line_type,
    identified.requires_shipping,
    identified.bundle_id,
    identified.bundle_title,
    identified.bundle_sku,
    identified.bundle_quantity,
    identified.selling_plan_name,
    identified.quantity,
    identified.current_quantity,
    identified.unit_price_amount,
    identified.line_gross_amount,
    identified.line_discount_amount,
    identified.line_net_amount,
    identified.line_tax_amount,
    identified.is_exact_duplicate,
    orders.platform,
    orders.currency,
    orders.ordered_at,
    orders.order_date,
    orders.is_test,
    orders.is_cancelled,
    orders.is_paid,
    not orders.is_test and identified.line_type = 'product' as is_sales_line
from identified
inner join orders
    on
        identified.store_id = orders.store_id
        and identified.order_id = orders.order_id
left join products
    on
        identified.store_id = products.store_id
        and identified.identified_variant_id = products.variant_id
