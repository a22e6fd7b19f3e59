with products as (

    select * from {{ ref('int_products') }}

),

prices as (

    select * from {{ ref('int_product_prices') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

current_prices as (

    select * from prices
    where valid_to_date = cast('9999-12-31' as date)

),

current_costs as (

    select * from unit_costs
    where valid_to_date = cast('9999-12-31' as date)

),

priced as (

    select
        products.*,
        coalesce(products.price, current_prices.price) as current_price,
        case
            when products.price is not null then products.compare_at_price
            else current_prices.compare_at_price
        end as current_compare_at_price,
        case
            when products.price is not null then products.platform
            else current_prices.price_source
        end as price_source,
        current_costs.unit_cost,
        current_costs.cost_source,
        {{ as_of_date('stores.timezone') }} as as_of_date
    from products
    inner join stores
        on products.store_id = stores.store_id
    left join current_prices
        on
            products.store_id = current_prices.store_id
            and products.variant_id = current_prices.variant_id
    left join current_costs
        on
            products.store_id = current_costs.store_id
            and products.sku = current_costs.sku

)

select
    priced.product_key,
    priced.store_id,
    priced.variant_id,
    priced.product_id,
    priced.sku,
    priced.is_primary_for_sku,
    priced.product_title,
    priced.variant_title,
    priced.barcode,
    priced.category,
    priced.subcategory,
    priced.brand,
    priced.supplier_id,
    {{ supplier_key('priced.supplier_id') }} as supplier_key,
    priced.product_status,
    priced.is_stocked,
    priced.is_gift_card,
    priced.is_deleted,
    priced.deleted_date,
    priced.launched_on,
    priced.discontinued_on,
    priced.retired_date,
    priced.case_pack,
    priced.minimum_order_quantity,
    priced.weight,
    priced.weight_unit,
    priced.current_price,
    priced.current_compare_at_price,
    priced.price_source,
    priced.unit_cost,
    priced.cost_source,
    priced.currency,
    {{ to_reporting('priced.current_price') }} as current_price_reporting,
    {{ to_reporting('priced.unit_cost') }} as unit_cost_reporting,
    {{ reporting_currency() }} as reporting_currency,
    priced.platform,
    priced.product_source,
    priced.created_at,
    priced.updated_at
from priced
left join exchange_rates as rates
    on
        priced.currency = rates.from_currency
        and priced.as_of_date = rates.date
