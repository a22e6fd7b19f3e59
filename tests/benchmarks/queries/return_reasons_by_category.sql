-- What came back in the last year, why, and what it cost, per category.
with days as (
    select max(refunded_date) as last_date from marts.fct_return_lines
)

select
    products.category,
    lines.reason_group,
    sum(lines.refunded_quantity) as units,
    sum(lines.refunded_line_amount_reporting) as refunded,
    sum(coalesce(lines.return_shipping_cost_amount_reporting, 0) + coalesce(lines.labour_cost_amount_reporting, 0))
        as handling_cost,
    sum(lines.restocked_quantity) / nullif(sum(lines.refunded_quantity), 0) as restock_rate
from marts.fct_return_lines as lines
cross join days
left join marts.dim_product as products on lines.product_key = products.product_key
where lines.is_sales_line and lines.refunded_date > days.last_date - 365
group by all
order by refunded desc
