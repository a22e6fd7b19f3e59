/*
template: orders
description: >
  Amazon's "All orders" report (flat file, by order date): tabs, quotes that enclose nothing, prices of the line, not of the
  unit. In Europe item-price contains VAT, in America it does not: the setting prices_include_tax says it. A cancelled line
  has no price and no units and is left out; the report says nothing of returns. Each currency is a store of its own.
settings:
  store_id:
  timezone:
  prices_include_tax:
file:
  names: ["*all_orders*", "*allorders*", "*all-orders*"]
  delimiter: "\t"
  quote: none
  decimal: "."
  optional: [item-tax, shipping-price, shipping-tax, gift-wrap-price, gift-wrap-tax, item-promotion-discount,
             ship-promotion-discount, ship-city, ship-postal-code, ship-country, sales-channel, item-status]
*/
with lines as (

    select
        *,
        number(quantity) as units,
        number("item-price") as price,
        coalesce(number("item-tax"), 0) as tax,
        coalesce(number("shipping-price"), 0) as postage,
        coalesce(number("shipping-tax"), 0) as postage_tax,
        coalesce(number("gift-wrap-price"), 0) as wrapping,
        coalesce(number("gift-wrap-tax"), 0) as wrapping_tax,
        abs(coalesce(number("item-promotion-discount"), 0)) as discount,
        abs(coalesce(number("ship-promotion-discount"), 0)) as postage_discount
    from rows
    where
        coalesce("item-status", "order-status") <> 'Cancelled'
        and "order-status" <> 'Cancelled'

),

parts as (

    select
        *,
        'product' as line_type,
        units as part_quantity,
        price as part_total,
        discount as part_discount,
        tax as part_tax
    from lines
    union all
    select
        *,
        'shipping' as line_type,
        1 as part_quantity,
        postage as part_total,
        postage_discount as part_discount,
        postage_tax as part_tax
    from lines
    where postage <> 0
    union all
    select
        *,
        'fee' as line_type,
        1 as part_quantity,
        wrapping as part_total,
        0 as part_discount,
        wrapping_tax as part_tax
    from lines
    where wrapping <> 0

)

select
    setting('store_id') || '-' || lower("currency") as store_id,
    "amazon-order-id" as order_id,
    row_number() over (
        partition by "amazon-order-id" order by file_line, line_type = 'product' desc, line_type
    ) as line_number,
    local_time("purchase-date") as ordered_at,
    setting('timezone') as timezone,
    'sale' as entry_type,
    line_type,
    "sales-channel" as channel,
    "ship-country" as country_code,
    "ship-city" as city,
    "ship-postal-code" as zip,
    case line_type when 'product' then sku end as sku,
    case line_type when 'product' then "product-name" end as product_name,
    part_quantity as quantity,
    part_total as line_total,
    part_discount as line_discount_amount,
    part_tax as line_tax_amount,
    setting('prices_include_tax') as prices_include_tax,
    "currency" as currency,
    file_line
from parts
