/*
template: orders
description: >
  Xero's export of invoices (CSV of Business, Invoices): one row a line. Whether LineAmount contains tax follows from the
  invoice's Total and TaxTotal. A credit note is a document of its own, without the invoice that it takes back, and cannot
  say whether goods came back: it counts as a cancellation. Drafts, voided and deleted invoices are left out.
settings:
  store_id:
  timezone:
  date_form: "%d/%m/%Y"
file:
  names: "*SalesInvoices*.csv"
  encoding: utf-8
  decimal: "."
  thousands: ","
  optional: [InventoryItemCode, Discount, POCountry, POCity, POPostalCode, Reference]
*/
with lines as (

    select
        *,
        number("Quantity") as units,
        number("LineAmount") as amount,
        abs(number("TaxAmount")) as tax,
        number("Total") as invoice_total,
        number("TaxTotal") as tax_total,
        sum(number("LineAmount")) over (partition by "InvoiceNumber") as lines_total,
        case
            when "Type" ilike '%credit note%' then -1
            when "Type" ilike '%invoice%' then 1
            else cast(number(refuse("Type", 'Sales invoice or Sales credit note')) as int)
        end as direction
    from rows
    where "Status" not in ('Draft', 'Voided', 'Deleted', 'Submitted')

)

select
    setting('store_id') as store_id,
    "InvoiceNumber" as order_id,
    row_number() over (partition by "InvoiceNumber" order by file_line) as line_number,
    local_time("InvoiceDate", setting('date_form')) as ordered_at,
    setting('timezone') as timezone,
    case direction when 1 then 'sale' else 'cancellation' end as entry_type,
    'product' as line_type,
    "ContactName" as customer_id,
    "EmailAddress" as customer_email,
    'invoice' as channel,
    "POCountry" as country_code,
    "POCity" as city,
    "POPostalCode" as zip,
    coalesce("InventoryItemCode", "Description") as sku,
    "Description" as product_name,
    direction * abs(units) as quantity,
    direction * abs(amount) as line_total,
    tax as line_tax_amount,
    case
        when tax_total = 0 then false
        when abs(abs(lines_total) - abs(invoice_total)) < 0.05 then true
        when abs(abs(lines_total) + abs(tax_total) - abs(invoice_total)) < 0.05 then false
        else refuse("Total", 'a Total of the lines, with TaxTotal in them or beside them') = ''
    end as prices_include_tax,
    "Currency" as currency,
    file_line
from lines
