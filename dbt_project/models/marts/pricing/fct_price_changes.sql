with prices as (

    select * from {{ ref('int_product_prices') }}

),

products as (

    select * from {{ ref('int_products') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

-- A new struck-through price beside the same price is no change of price.
changed as (

    select
        prices.*,
        prices.price - prices.previous_price as price_change_amount
    from prices
    where
        prices.previous_price is not null
        and prices.price <> prices.previous_price

)

select
    {{ surrogate_key(['changed.store_id', 'changed.variant_id', 'changed.valid_from_date']) }} as price_change_key,
    changed.store_id,
    changed.variant_id,
    products.product_key,
    products.sku,
    changed.valid_from_date as change_date,
    changed.previous_price,
    changed.price as new_price,
    cast(changed.price_change_amount as decimal(18, 4)) as price_change_amount,
    100 * {{ safe_divide('changed.price_change_amount', 'changed.previous_price') }} as price_change_pct,
    case when changed.price > changed.previous_price then 'increase' else 'decrease' end as direction,
    changed.previous_compare_at_price,
    changed.compare_at_price as new_compare_at_price,
    changed.price < changed.list_price as is_marked_down,
    unit_costs.unit_cost,
    changed.price_source,
    changed.currency,
    {{ to_reporting('changed.previous_price') }} as previous_price_reporting,
    {{ to_reporting('changed.price') }} as new_price_reporting,
    {{ to_reporting('changed.price_change_amount') }} as price_change_amount_reporting,
    {{ reporting_currency() }} as reporting_currency
from changed
inner join products
    on
        changed.store_id = products.store_id
        and changed.variant_id = products.variant_id
left join unit_costs
    on
        changed.store_id = unit_costs.store_id
        and products.sku = unit_costs.sku
        and changed.valid_from_date >= unit_costs.valid_from_date
        and changed.valid_from_date < unit_costs.valid_to_date
left join exchange_rates as rates
    on
        changed.currency = rates.from_currency
        and changed.valid_from_date = rates.date
