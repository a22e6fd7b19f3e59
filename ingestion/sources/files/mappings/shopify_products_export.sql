/*
template: products
description: >
  Shopify admin's export of products: one row a variant, and more for further images; title, vendor and type stand on a
  product's first row only. The export says neither since when its data hold nor in which currency costs are.
settings:
  valid_from:
  currency:
file:
  names: "*products_export*.csv"
  encoding: utf-8
  decimal: "."
  optional: [Handle, URL handle, Variant SKU, SKU, Cost per item, Vendor, Type, Product Category, Product category]
*/
with variants as (

    select
        coalesce("Handle", "URL handle") as handle,
        coalesce("Variant SKU", "SKU") as sku,
        "Title" as title,
        "Vendor" as vendor,
        "Type" as product_type,
        coalesce("Product Category", "Product category") as category,
        number("Cost per item") as cost,
        file_line
    from rows

),

carried_down as (

    select
        *,
        max(title) over of_product as product_title,
        max(vendor) over of_product as brand,
        max(coalesce(product_type, category)) over of_product as product_category
    from variants
    window of_product as (partition by handle)

)

select
    ltrim(sku, '''') as sku,
    day(setting('valid_from')) as valid_from,
    product_title as name,
    product_category as category,
    brand,
    cost as unit_cost,
    case when cost is not null then setting('currency') end as currency,
    file_line
from carried_down
where sku is not null
