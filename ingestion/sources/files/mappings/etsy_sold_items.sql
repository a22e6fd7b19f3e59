/*
template: orders
description: >
  Etsy's "Sold order items" CSV: one row an item with its unit price and its discount; postage and sales tax are the order's
  and stand on each of its rows. Dates are written as the shop's language has it: month first in American English.
settings:
  store_id:
  timezone:
  date_form: "%m/%d/%y"
file:
  names: "*EtsySoldOrderItems*.csv"
  encoding: utf-8
  decimal: "."
  thousands: ","
  optional: [SKU, Order Sales Tax, Shipping Discount, Ship Country, Ship City, Ship Zipcode, Buyer]
*/
with items as (

    select
        *,
        number("Quantity") as units,
        number("Price") as unit_price,
        coalesce(number("Discount Amount"), 0) as discount,
        coalesce(number("Order Shipping"), 0) as postage,
        coalesce(number("Shipping Discount"), 0) as postage_discount,
        coalesce(number("Order Sales Tax"), 0) as order_tax
    from rows

),

weighed as (

    select
        *,
        units * unit_price - discount as paid,
        sum(units * unit_price - discount) over (partition by "Order ID") as order_paid,
        sum(units * unit_price - discount) over (partition by "Order ID" order by file_line) as paid_so_far,
        row_number() over (partition by "Order ID" order by file_line) as place
    from items

),

parts as (

    select
        *,
        'product' as line_type,
        units as part_quantity,
        unit_price as part_price,
        discount as part_discount,
        part_of(order_tax, paid, paid_so_far, order_paid) as part_tax
    from weighed
    union all
    select
        *,
        'shipping' as line_type,
        1 as part_quantity,
        postage as part_price,
        postage_discount as part_discount,
        0 as part_tax
    from weighed
    where
        place = 1
        and postage <> 0

)

select
    setting('store_id') as store_id,
    "Order ID" as order_id,
    row_number() over (partition by "Order ID" order by line_type, file_line) as line_number,
    local_time("Sale Date", setting('date_form')) as ordered_at,
    setting('timezone') as timezone,
    'sale' as entry_type,
    line_type,
    "Buyer" as customer_id,
    'etsy' as channel,
    "Ship Country" as country_code,
    "Ship City" as city,
    "Ship Zipcode" as zip,
    case line_type when 'product' then coalesce("SKU", "Listing ID") end as sku,
    case line_type when 'product' then "Item Name" end as product_name,
    part_quantity as quantity,
    part_price as unit_price,
    part_discount as line_discount_amount,
    part_tax as line_tax_amount,
    false as prices_include_tax,
    "Currency" as currency,
    file_line
from parts
