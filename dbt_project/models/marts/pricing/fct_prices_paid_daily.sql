with order_lines as (

    select * from {{ ref('int_order_lines') }}

)

select
    product_key,
    store_id,
    variant_id,
    order_date as date,
    currency,
    cast(sum(quantity) as decimal(18, 4)) as units_sold,
    {{ money('sum(' ~ times('quantity', 'unit_price_amount') ~ ')') }} as shown_amount,
    {{ money('sum(line_gross_amount)') }} as gross_sales_amount,
    {{ money('sum(line_discount_amount)') }} as discount_amount,
    {{ money('sum(line_net_amount)') }} as net_sales_amount
from order_lines
where
    is_sales_line
    and variant_id is not null
group by
    product_key,
    store_id,
    variant_id,
    order_date,
    currency
{{ in_order(['product_key', 'date']) }}
