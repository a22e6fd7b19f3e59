with spans as (

    select * from {{ ref('fct_inventory_spans') }}

),

products as (

    select * from {{ ref('dim_product') }}

),

described as (

    select
        spans.store_id,
        spans.location_id,
        spans.location_key,
        spans.sku,
        spans.product_key,
        coalesce(products.category, 'Uncategorised') as category,
        coalesce(products.brand, 'No brand') as brand,
        coalesce(products.supplier_id, 'No supplier') as supplier_id,
        spans.currency,
        spans.reporting_currency
    from spans
    left join products
        on spans.product_key = products.product_key
    group by
        spans.store_id,
        spans.location_id,
        spans.location_key,
        spans.sku,
        spans.product_key,
        products.category,
        products.brand,
        products.supplier_id,
        spans.currency,
        spans.reporting_currency

)

select
    {{ surrogate_key(['store_id', 'location_id', 'sku']) }} as stock_place_key,
    {{ surrogate_key([
        'store_id', 'location_id', 'category', 'brand', 'supplier_id', 'currency'
    ]) }} as stock_group_key,
    store_id,
    location_id,
    location_key,
    sku,
    product_key,
    category,
    brand,
    supplier_id,
    currency,
    reporting_currency
from described
