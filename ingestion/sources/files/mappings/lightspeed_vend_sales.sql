/*
template: orders
description: >
  Lightspeed Retail (X-Series, formerly Vend): the CSV of the sales history. A sale's row stands above those of its lines
  and payments, and only it has the date and the customer; a line's subtotal is what was paid for it without tax. Sales that
  were parked or voided are left out.
settings:
  store_id:
  timezone:
  currency:
file:
  names: "*vend*sale*.csv"
  encoding: utf-8
  decimal: "."
  thousands: ","
*/
with sales as (

    select
        "Receipt Number" as receipt,
        min(local_time("Date")) as sold_at,
        max("Customer Code") as customer,
        max("Register") as register,
        max("Status") as status
    from rows
    where "Line Type" = 'Sale'
    group by "Receipt Number"

),

lines as (

    select
        *,
        number("Quantity") as units,
        number("Subtotal") as net,
        abs(number("Sales Tax")) as tax,
        abs(coalesce(number("Discount"), 0)) as reduction
    from rows
    where "Line Type" = 'Sale Line'

)

select
    setting('store_id') as store_id,
    sales.receipt as order_id,
    row_number() over (partition by sales.receipt order by lines.file_line) as line_number,
    sales.sold_at as ordered_at,
    setting('timezone') as timezone,
    case when lines.units < 0 then 'return' else 'sale' end as entry_type,
    case when lines."Sku" = 'vend-discount' then 'discount' else 'product' end as line_type,
    sales.customer as customer_id,
    sales.register as channel,
    lines."Sku" as sku,
    lines."Details" as product_name,
    lines.units as quantity,
    lines.net + case when lines.units < 0 then -lines.reduction else lines.reduction end as line_total,
    lines.reduction as line_discount_amount,
    lines.tax as line_tax_amount,
    false as prices_include_tax,
    setting('currency') as currency,
    lines.file_line
from lines
inner join sales on lines."Receipt Number" = sales.receipt
where upper(sales.status) not in ('VOIDED', 'SAVED', 'PARKED', 'OPEN')
