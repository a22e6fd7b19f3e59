/*
template: orders
description: >
  Shopify admin's export of orders: one row a line item; cells of the order stand on its first row only. Whether prices
  contain tax follows from the order's own total. Discounts and tax are stated for the order and fall on its lines by
  their amounts. The export has no dates of refunds and does not say what was refunded: a refund stands on the order's own
  date, on no product. An order that was cancelled, or whose payment was voided, is taken back whole.
settings:
  store_id:
  timezone:
file:
  names: "*orders_export*.csv"
  encoding: utf-8
  decimal: "."
  optional: [Lineitem discount, Refunded Amount, Duties, Tip, Source, Cancelled at, Shipping Country, Shipping City,
             Shipping Zip, Billing Country, Billing City, Billing Zip]
*/
with orders as (

    select
        "Name" as name,
        min(file_line) as first_line,
        max("Email") as email,
        max("Currency") as currency,
        min(local_time("Created at")) as created_at,
        max(
            coalesce(
                local_time("Cancelled at"),
                case when "Financial Status" = 'voided' then local_time("Created at") end
            )
        ) as cancelled_at,
        max("Source") as source,
        max(coalesce("Shipping Country", "Billing Country")) as country,
        max(coalesce("Shipping City", "Billing City")) as city,
        max(ltrim(coalesce("Shipping Zip", "Billing Zip"), '''')) as zip,
        max(number("Subtotal")) as subtotal,
        max(number("Shipping")) as shipping,
        max(number("Taxes")) as taxes,
        max(number("Total")) as total,
        coalesce(max(number("Discount Amount")), 0) as discount,
        coalesce(max(number("Refunded Amount")), 0) as refunded,
        coalesce(max(number("Duties")), 0) as duties,
        coalesce(max(number("Tip")), 0) as tip,
        sum(number("Lineitem quantity") * number("Lineitem price")) as goods
    from rows
    group by "Name"

),

-- What the total does not hold of subtotal, postage, duties and tips is tax on top of prices, or a discount of postage.
settled as (

    select
        *,
        goods - subtotal as goods_discount,
        total - subtotal - shipping - duties - tip as beside,
        greatest(discount - (goods - subtotal), 0) as postage_discount
    from orders

),

judged as (

    select
        *,
        case
            when beside = 0 then true
            when beside = taxes then false
            when beside = -postage_discount then true
            when beside = taxes - postage_discount then false
            else refuse(
                cast(total as varchar),
                'a Total of Subtotal, Shipping, Duties, Tip and, if prices are net, Taxes; order ' || name
            ) = ''
        end as includes_tax,
        case when beside in (0, taxes) then shipping else shipping - postage_discount end as postage
    from settled

),

items as (

    select
        judged.*,
        rows.file_line,
        rows."Lineitem name" as item,
        rows."Lineitem sku" as sku,
        number(rows."Lineitem quantity") as quantity,
        number(rows."Lineitem price") as price,
        coalesce(number(rows."Lineitem discount"), 0) as own_discount
    from rows
    inner join judged on rows."Name" = judged.name

),

discounted as (

    select
        *,
        quantity * price as line_total,
        -- What Lineitem discount does not explain falls on the lines by their amounts.
        own_discount + part_of(
            goods_discount - sum(own_discount) over (partition by name),
            quantity * price,
            sum(quantity * price) over (partition by name order by file_line),
            goods
        ) as line_discount
    from items

),

charges as (

    select
        *,
        'product' as line_type,
        0 as place
    from discounted
    union all by name
    select
        *,
        'shipping' as line_type,
        1 as place,
        1 as quantity,
        postage as line_total,
        0 as line_discount,
        first_line as file_line
    from judged
    where postage <> 0
    union all by name
    select
        *,
        'duty' as line_type,
        2 as place,
        1 as quantity,
        duties as line_total,
        0 as line_discount,
        first_line as file_line
    from judged
    where duties <> 0
    union all by name
    select
        *,
        'tip' as line_type,
        3 as place,
        1 as quantity,
        tip as line_total,
        0 as line_discount,
        first_line as file_line
    from judged
    where tip <> 0

),

taxed as (

    select
        *,
        part_of(
            taxes,
            case when line_type in ('product', 'shipping') then line_total - line_discount else 0 end,
            sum(case when line_type in ('product', 'shipping') then line_total - line_discount else 0 end)
                over (partition by name order by place, file_line),
            subtotal + postage
        ) as line_tax
    from charges

),

entries as (

    select
        *,
        'sale' as entry_type,
        created_at as happened_at,
        0 as entry
    from taxed
    union all by name
    select
        * replace (-quantity as quantity, -line_total as line_total),
        'cancellation' as entry_type,
        cancelled_at as happened_at,
        1 as entry
    from taxed
    where cancelled_at is not null
    union all by name
    select
        *,
        'return' as entry_type,
        'product' as line_type,
        created_at as happened_at,
        4 as place,
        2 as entry,
        0 as quantity,
        case when includes_tax then -refunded else -refunded + round(taxes * refunded / total, 2) end as line_total,
        0 as line_discount,
        round(taxes * refunded / total, 2) as line_tax,
        first_line as file_line
    from judged
    where refunded <> 0 and cancelled_at is null

)

select
    setting('store_id') as store_id,
    name as order_id,
    row_number() over (partition by name order by entry, place, file_line) as line_number,
    happened_at as ordered_at,
    setting('timezone') as timezone,
    entry_type,
    line_type,
    email as customer_email,
    source as channel,
    country as country_code,
    city,
    zip,
    coalesce(sku, item) as sku,
    item as product_name,
    quantity,
    line_total,
    line_discount as line_discount_amount,
    line_tax as line_tax_amount,
    includes_tax as prices_include_tax,
    currency,
    file_line
from entries
