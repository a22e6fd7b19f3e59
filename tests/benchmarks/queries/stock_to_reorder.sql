-- SKUs that run out within their supplier's lead time at the pace of the last 30 days, stock on order included.
with days as (
    select max(to_date) as last_date from marts.fct_inventory_spans where is_complete_day
),

pace as (
    select
        stock.location_key,
        stock.sku,
        sum(stock.sale_quantity) / 30.0 as units_a_day
    from marts.fct_inventory_spans as stock
    cross join days
    where stock.from_date > days.last_date - 30 and stock.from_date <= days.last_date
    group by all
)

select
    locations.location_name,
    products.supplier_id,
    stock.sku,
    stock.closing_quantity,
    stock.on_order_quantity,
    (stock.closing_quantity + stock.on_order_quantity) / nullif(pace.units_a_day, 0) as days_of_stock,
    suppliers.agreed_lead_time_days
from marts.fct_inventory_spans as stock
inner join days on days.last_date between stock.from_date and stock.to_date
inner join pace on stock.location_key = pace.location_key and stock.sku = pace.sku
inner join marts.dim_location as locations on stock.location_key = locations.location_key
inner join marts.dim_product as products on stock.product_key = products.product_key
inner join marts.dim_supplier as suppliers on products.supplier_key = suppliers.supplier_key
where pace.units_a_day > 0
    and stock.closing_quantity + stock.on_order_quantity < pace.units_a_day * suppliers.agreed_lead_time_days
order by days_of_stock
