/*
template: orders
description: >
  WooCommerce's Customer / Order / Coupon Export, "Default - One Row per Item": prices and postage without tax, tax beside
  them, an order's cells on each of its rows. What was refunded of an item stands on the order's own date, because the row
  does not say when. Orders that failed or were cancelled are taken back; those never placed (drafts, unpaid) are left out.
settings:
  store_id:
  timezone:
file:
  encoding: utf-8
  decimal: "."
  optional: [fee_total, fee_tax_total, shipping_tax_total, item_refunded, item_refunded_qty, customer_id, billing_email,
             shipping_country, billing_country, shipping_city, billing_city, shipping_postcode, billing_postcode]
*/
with items as (

    select
        *,
        case
            when status in ('cancelled', 'failed') then 'cancelled'
            when status in ('completed', 'processing', 'on-hold', 'refunded') then 'sold'
            when status in ('pending', 'checkout-draft', 'draft', 'trash') then 'never placed'
            else refuse(status, 'a status of WooCommerce; say in the mapping what yours means')
        end as fate,
        number(item_subtotal) as subtotal,
        number(item_total) as total,
        number(item_total_tax) as tax,
        number(item_quantity) as quantity,
        coalesce(number(item_refunded), 0) as refunded,
        coalesce(abs(number(item_refunded_qty)), 0) as refunded_quantity
    from rows

),

orders as (

    select
        order_id,
        min(file_line) as file_line,
        max(number(shipping_total)) as postage,
        coalesce(max(number(shipping_tax_total)), 0) as postage_tax,
        coalesce(max(number(fee_total)), 0) as fees,
        coalesce(max(number(fee_tax_total)), 0) as fees_tax
    from items
    group by order_id

),

sold as (

    select
        order_id,
        file_line,
        'sale' as entry_type,
        'product' as line_type,
        item_sku as sku,
        item_name as product_name,
        quantity,
        subtotal as line_total,
        subtotal - total as line_discount,
        tax as line_tax
    from items
    union all by name
    select
        order_id,
        file_line,
        'sale' as entry_type,
        'shipping' as line_type,
        1 as quantity,
        postage as line_total,
        0 as line_discount,
        postage_tax as line_tax
    from orders
    where postage <> 0
    union all by name
    select
        order_id,
        file_line,
        'sale' as entry_type,
        'fee' as line_type,
        1 as quantity,
        fees as line_total,
        0 as line_discount,
        fees_tax as line_tax
    from orders
    where fees <> 0

),

entries as (

    select
        0 as place,
        *
    from sold
    union all by name
    select
        1 as place,
        * replace ('cancellation' as entry_type, -quantity as quantity, -line_total as line_total)
    from sold
    where order_id in (select order_id from items where fate = 'cancelled')
    union all by name
    select
        2 as place,
        order_id,
        file_line,
        'return' as entry_type,
        'product' as line_type,
        item_sku as sku,
        item_name as product_name,
        -refunded_quantity as quantity,
        -abs(refunded) as line_total,
        0 as line_discount,
        round(tax * abs(refunded) / nullif(total, 0), 2) as line_tax
    from items
    where
        refunded <> 0
        and fate = 'sold'

)

select
    setting('store_id') as store_id,
    coalesce(items.order_number, items.order_id) as order_id,
    row_number() over (
        partition by entries.order_id order by entries.place, entries.line_type = 'product' desc, entries.file_line
    ) as line_number,
    local_time(items.order_date) as ordered_at,
    setting('timezone') as timezone,
    entries.entry_type,
    entries.line_type,
    nullif(items.customer_id, '0') as customer_id,
    items.billing_email as customer_email,
    coalesce(items.shipping_country, items.billing_country) as country_code,
    coalesce(items.shipping_city, items.billing_city) as city,
    coalesce(items.shipping_postcode, items.billing_postcode) as zip,
    coalesce(entries.sku, entries.product_name) as sku,
    entries.product_name,
    entries.quantity,
    entries.line_total,
    entries.line_discount as line_discount_amount,
    entries.line_tax as line_tax_amount,
    false as prices_include_tax,
    items.order_currency as currency,
    entries.file_line
from entries
inner join items on entries.file_line = items.file_line
where items.fate <> 'never placed'
