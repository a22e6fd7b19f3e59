/*
template: orders
description: >
  Square's "Items detail" CSV: one row an item of a payment or refund; gross sales, discounts and tax of the row, in
  negative where money goes back. Quantities may be parts (goods by weight). The time zone is Square's own name of it, so the
  shop's is a setting.
settings:
  store_id:
  timezone:
  currency:
file:
  names: "items-*.csv"
  encoding: utf-8
  decimal: "."
  thousands: ","
  optional: [SKU, Customer ID, Location, Itemization Type, Channel, Price Point Name]
*/
with items as (

    select
        *,
        abs(number("Qty")) as units,
        abs(number("Gross Sales")) as gross,
        abs(number("Discounts")) as discount,
        abs(number("Tax")) as item_tax,
        case "Event Type"
            when 'Payment' then 1
            when 'Refund' then -1
            else cast(number(refuse("Event Type", 'Payment or Refund')) as int)
        end as direction
    from rows

)

select
    setting('store_id') as store_id,
    "Transaction ID" as order_id,
    row_number() over (partition by "Transaction ID" order by file_line) as line_number,
    local_time("Date" || ' ' || "Time") as ordered_at,
    setting('timezone') as timezone,
    case direction when 1 then 'sale' else 'return' end as entry_type,
    case
        when "Itemization Type" ilike '%gift card%' then 'gift_card'
        when "Itemization Type" ilike 'tip%' then 'tip'
        else 'product'
    end as line_type,
    "Customer ID" as customer_id,
    coalesce("Channel", "Location") as channel,
    coalesce("SKU", concat_ws(', ', "Item", "Price Point Name")) as sku,
    "Item" as product_name,
    direction * units as quantity,
    direction * gross as line_total,
    discount as line_discount_amount,
    item_tax as line_tax_amount,
    false as prices_include_tax,
    setting('currency') as currency,
    file_line
from items
