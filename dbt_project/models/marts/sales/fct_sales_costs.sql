with ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

products as (

    select * from {{ ref('dim_product') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

-- The ledger keeps the SKU that was booked; costs are kept by the one that the product has now.
sales_entries as (

    select
        ledger.ledger_entry_key,
        ledger.store_id,
        ledger.product_key,
        coalesce(products.sku, ledger.sku) as sku,
        ledger.ledger_date,
        ledger.order_date,
        ledger.quantity,
        ledger.currency,
        ledger.reporting_currency
    from ledger
    left join products
        on ledger.product_key = products.product_key
    where ledger.is_sales_entry

)

-- Goods taken back give back the cost at which they were sold: the cost of the order's date on every entry of it.
select
    sales_entries.ledger_entry_key,
    sales_entries.store_id,
    sales_entries.product_key,
    sales_entries.sku,
    sales_entries.ledger_date,
    sales_entries.order_date,
    unit_costs.unit_cost as unit_cost_amount,
    {{ money(times('sales_entries.quantity', 'unit_costs.unit_cost')) }} as cost_amount,
    sales_entries.currency,
    {{ to_reporting(times('sales_entries.quantity', 'unit_costs.unit_cost'), 'exchange_rates') }}
        as cost_amount_reporting,
    sales_entries.reporting_currency
from sales_entries
left join unit_costs
    on
        sales_entries.store_id = unit_costs.store_id
        and sales_entries.sku = unit_costs.sku
        and sales_entries.currency = unit_costs.currency
        and sales_entries.order_date >= unit_costs.valid_from_date
        and sales_entries.order_date < unit_costs.valid_to_date
left join exchange_rates
    on
        sales_entries.currency = exchange_rates.from_currency
        and sales_entries.order_date = exchange_rates.date
