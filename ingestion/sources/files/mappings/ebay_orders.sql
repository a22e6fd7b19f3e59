/*
template: orders
description: >
  eBay Seller Hub's orders report: a blank line above the header, a summary row without an item for orders of several, and
  lines of closing words below. Whether Sold For is of one unit or of all follows from Total Price; tax that eBay collects
  and pays itself is no sale and is left out.
settings:
  store_id:
  timezone:
  currency:
  date_form: "%b-%d-%y"
file:
  names: ["*ebay*order*.csv", "*OrdersReport*.csv"]
  decimal: "."
  thousands: ","
  leave_out_lines: 'record\(s\) downloaded|^"?Seller ID'
  optional: [Custom Label, Seller Collected Tax, eBay Collected Tax, Buyer Username, Ship To Country, Ship To City,
             Ship To Zip]
*/
with items as (

    select
        *,
        number("Quantity") as units,
        number("Sold For") as sold_for,
        coalesce(number("Shipping And Handling"), 0) as postage,
        coalesce(number("Seller Collected Tax"), 0) as tax,
        number("Total Price") - coalesce(number("Shipping And Handling"), 0) - coalesce(number("Seller Collected Tax"), 0)
            as goods
    from rows
    where "Item Number" is not null

),

priced as (

    select
        *,
        case
            when goods in (sold_for * units, sold_for * units + coalesce(number("eBay Collected Tax"), 0))
                then sold_for * units
            when goods in (sold_for, sold_for + coalesce(number("eBay Collected Tax"), 0)) then sold_for
            else number(
                refuse("Total Price", 'a Total Price of Sold For (of one or of all), Shipping And Handling and tax')
            )
        end as line_total
    from items

),

parts as (

    select
        *,
        'product' as line_type,
        units as part_quantity,
        line_total as part_total,
        tax as part_tax
    from priced
    union all
    select
        *,
        'shipping' as line_type,
        1 as part_quantity,
        postage as part_total,
        0 as part_tax
    from priced
    where postage <> 0

)

select
    setting('store_id') as store_id,
    "Order Number" as order_id,
    row_number() over (partition by "Order Number" order by file_line, line_type) as line_number,
    local_time("Sale Date", setting('date_form')) as ordered_at,
    setting('timezone') as timezone,
    'sale' as entry_type,
    line_type,
    "Buyer Username" as customer_id,
    'ebay' as channel,
    "Ship To Country" as country_code,
    "Ship To City" as city,
    "Ship To Zip" as zip,
    case line_type when 'product' then coalesce("Custom Label", "Item Number") end as sku,
    case line_type when 'product' then "Item Title" end as product_name,
    part_quantity as quantity,
    part_total as line_total,
    part_tax as line_tax_amount,
    false as prices_include_tax,
    setting('currency') as currency,
    file_line
from parts
