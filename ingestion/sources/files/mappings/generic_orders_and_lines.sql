/*
template: orders
description: >
  Orders in one file, their lines in another, joined by the order's number: the shape in which most shop systems hand out
  their tables. Copy it and put your columns' names into it. A line without its order, or an order without lines, is named.
settings:
  store_id:
  timezone:
  currency:
files:
  orders:
    names: ["orders*.csv", "*_orders.csv"]
    optional: [customer_id, customer_email, channel, country, shipping]
  lines:
    names: ["order_lines*.csv", "*_lines.csv", "order_items*.csv"]
    optional: [product_name, discount, tax, tax_rate]
*/
with parts as (

    select
        coalesce(lines.order_id, orders.order_id) as order_id,
        coalesce(orders.ordered_at, refuse(lines.order_id, 'an order of this number in the file of orders')) as ordered_at,
        orders.customer_id,
        orders.customer_email,
        orders.channel,
        orders.country,
        'product' as line_type,
        coalesce(lines.sku, refuse(orders.order_id, 'lines of this order in the file of lines')) as sku,
        lines.product_name,
        number(lines.quantity) as quantity,
        number(lines.unit_price) as unit_price,
        number(lines.discount) as discount,
        number(lines.tax) as tax,
        number(lines.tax_rate) as tax_rate,
        coalesce(lines.file_line, orders.file_line) as file_line,
        coalesce(lines.file_name, orders.file_name) as file_name
    from lines
    full outer join orders on lines.order_id = orders.order_id
    union all by name
    select
        order_id,
        ordered_at,
        customer_id,
        customer_email,
        channel,
        country,
        'shipping' as line_type,
        1 as quantity,
        number(shipping) as unit_price,
        file_line,
        file_name
    from orders
    where number(shipping) <> 0

)

select
    setting('store_id') as store_id,
    order_id,
    row_number() over (partition by order_id order by line_type, file_line) as line_number,
    local_time(ordered_at) as ordered_at,
    setting('timezone') as timezone,
    'sale' as entry_type,
    line_type,
    customer_id,
    customer_email,
    channel,
    country as country_code,
    sku,
    product_name,
    quantity,
    unit_price,
    discount as line_discount_amount,
    tax as line_tax_amount,
    tax_rate as line_tax_rate,
    setting('currency') as currency,
    file_line,
    file_name
from parts
