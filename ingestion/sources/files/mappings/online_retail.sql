/*
template: orders
description: >
  UCI "Online Retail" (Chen 2015): the order lines of a UK gift retailer, in pounds, at the shop's wall clock. An invoice
  number with C is a cancellation, with A an adjustment of bad debt; some stock codes are not products; lines without
  price and customer are stock bookings. The file cannot tell goods that came back from orders that were never sent:
  every credit note is a cancellation, and how much of it was returned is not known.
settings:
  store_id: online-retail
  timezone: Europe/London
  currency: GBP
file:
  decimal: "."
*/
with invoice_lines as (

    select
        *,
        number("UnitPrice") as price,
        number("Quantity") as units
    from rows

),

kinds as (

    select
        *,
        -- Free units of a customer's order are sold at 0; without a customer, capitals name a product of a web order and
        -- anything else (found, check, amazon, nothing at all) is a remark on a stock booking.
        price = 0
        and "CustomerID" is null
        and regexp_matches(coalesce("Description", ''), '^$|[a-z]{3}|^(AMAZON|FOUND|[?]+)$') as is_remark,
        -- Never on a cancellation, never with a price or a customer: damages, losses, corrections of a count.
        units < 0 and "InvoiceNo" not like 'C%' as is_counted_anew
    from invoice_lines

)

select
    setting('store_id') as store_id,
    "InvoiceNo" as order_id,
    row_number() over (partition by "InvoiceNo" order by file_line) as line_number,
    local_time("InvoiceDate") as ordered_at,
    setting('timezone') as timezone,
    case
        when "InvoiceNo" like 'A%' then 'adjustment'
        when "InvoiceNo" like 'C%' then 'cancellation'
        when is_counted_anew or is_remark then 'adjustment'
        else 'sale'
    end as entry_type,
    case
        when "StockCode" = 'B' then 'bad_debt'
        when is_counted_anew or is_remark then 'stock_adjustment'
        when "StockCode" in ('POST', 'DOT', 'C2') then 'shipping'
        when "StockCode" = 'D' then 'discount'
        when "StockCode" = 'S' then 'sample'
        when "StockCode" in ('BANK CHARGES', 'AMAZONFEE', 'CRUK') then 'fee'
        when "StockCode" like 'gift_%' then 'gift_card'
        when regexp_matches("StockCode", '^([Mm]|TEST.*|ADJUST.*)$') then 'manual'
        when regexp_matches("StockCode", '^([0-9]{5}|DCGS|PADS$|SP1002$)') then 'product'
        else refuse("StockCode", 'a stock code of a shape that the mapping knows; say there what kind of line it is')
    end as line_type,
    regexp_replace("CustomerID", '[.]0$', '') as customer_id,
    "Country" as country_code,
    "StockCode" as sku,
    "Description" as product_name,
    units as quantity,
    price as unit_price,
    setting('currency') as currency,
    case when price = 0 and "CustomerID" is null then "Description" end as source_note,
    file_line
from kinds
