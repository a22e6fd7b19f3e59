{%- set sold_amounts = {
    'list_value_amount': 'measured.list_value_amount',
    'gross_sales_amount': 'measured.gross_sales_amount',
    'discount_amount': 'measured.discount_amount',
    'net_sales_amount': 'measured.net_sales_amount',
    'costed_net_sales_amount': 'measured.costed_net_sales_amount',
    'cogs_amount': 'measured.cogs_amount',
    'gross_margin_amount': 'measured.costed_net_sales_amount - measured.cogs_amount',
} -%}
with products as (

    select * from {{ ref('dim_product') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

prices as (

    select * from {{ ref('int_product_prices') }}

),

unit_costs as (

    select * from {{ ref('int_unit_costs') }}

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

competitor_prices as (

    select * from {{ ref('fct_competitor_prices') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

sold as (

    select
        store_id,
        variant_id,
        order_date as date,
        cast(sum(quantity) as int) as units_sold,
        sum(unit_price_amount * quantity) as shown_amount,
        {{ money('sum(line_gross_amount)') }} as gross_sales_amount,
        {{ money('sum(line_discount_amount)') }} as discount_amount,
        {{ money('sum(line_net_amount)') }} as net_sales_amount
    from order_lines
    where
        is_sales_line
        and variant_id is not null
    group by
        store_id,
        variant_id,
        order_date

),

-- Share of a shown price that is not tax: 1 where prices are net. A variant that was never sold takes the store's.
variant_net_shares as (

    select
        store_id,
        variant_id,
        {{ safe_divide('sum(gross_sales_amount)', 'sum(shown_amount)') }} as net_share
    from sold
    group by store_id, variant_id

),

store_net_shares as (

    select
        store_id,
        {{ safe_divide('sum(gross_sales_amount)', 'sum(shown_amount)') }} as net_share
    from sold
    group by store_id

),

sale_spans as (

    select
        store_id,
        variant_id,
        min(date) as first_sold_date,
        max(date) as last_sold_date
    from sold
    group by store_id, variant_id

),

price_starts as (

    select
        store_id,
        variant_id,
        min(valid_from_date) as first_priced_date
    from prices
    group by store_id, variant_id

),

-- A product counts from its first known price or sale to its last day on sale.
product_spans as (

    select
        products.product_key,
        products.store_id,
        products.variant_id,
        products.sku,
        products.category,
        products.brand,
        products.supplier_id,
        products.currency,
        stores.last_complete_date,
        least(
            coalesce(price_starts.first_priced_date, sale_spans.first_sold_date),
            coalesce(sale_spans.first_sold_date, price_starts.first_priced_date)
        ) as first_date,
        case
            when products.retired_date is null then {{ as_of_date('stores.timezone') }}
            else greatest(
                    least({{ add_days('products.retired_date', -1) }}, {{ as_of_date('stores.timezone') }}),
                    coalesce(sale_spans.last_sold_date, {{ add_days('products.retired_date', -1) }})
                )
        end as last_date,
        case
            when stores.taxes_included then coalesce(variant_net_shares.net_share, store_net_shares.net_share)
            else cast(1 as double)
        end as net_share
    from products
    inner join stores
        on products.store_id = stores.store_id
    left join price_starts
        on
            products.store_id = price_starts.store_id
            and products.variant_id = price_starts.variant_id
    left join sale_spans
        on
            products.store_id = sale_spans.store_id
            and products.variant_id = sale_spans.variant_id
    left join variant_net_shares
        on
            products.store_id = variant_net_shares.store_id
            and products.variant_id = variant_net_shares.variant_id
    left join store_net_shares
        on products.store_id = store_net_shares.store_id
    where
        not products.is_gift_card
        and coalesce(price_starts.first_priced_date, sale_spans.first_sold_date) is not null

),

days as (

    {{ explode_dates('product_spans', 'first_date', 'last_date', 'date') }}

),

price_spans as (

    select
        prices.store_id,
        prices.variant_id,
        prices.price,
        prices.list_price,
        prices.previous_price,
        prices.price_source,
        prices.valid_from_date,
        greatest(prices.valid_from_date, product_spans.first_date) as from_date,
        least({{ add_days('prices.valid_to_date', -1) }}, product_spans.last_date) as to_date
    from prices
    inner join product_spans
        on
            prices.store_id = product_spans.store_id
            and prices.variant_id = product_spans.variant_id
            and prices.valid_from_date <= product_spans.last_date

),

daily_prices as (

    {{ explode_dates('price_spans', 'from_date', 'to_date', 'date') }}

),

cost_spans as (

    select
        product_spans.store_id,
        product_spans.variant_id,
        unit_costs.unit_cost,
        greatest(unit_costs.valid_from_date, product_spans.first_date) as from_date,
        least({{ add_days('unit_costs.valid_to_date', -1) }}, product_spans.last_date) as to_date
    from product_spans
    inner join unit_costs
        on
            product_spans.store_id = unit_costs.store_id
            and product_spans.sku = unit_costs.sku
            and product_spans.last_date >= unit_costs.valid_from_date
            and product_spans.first_date < unit_costs.valid_to_date

),

daily_costs as (

    {{ explode_dates('cost_spans', 'from_date', 'to_date', 'date') }}

),

competitor_spans as (

    select
        sku,
        currency,
        competitor,
        price,
        observed_date as from_date,
        {{ add_days('valid_to_date', -1) }} as to_date
    from competitor_prices
    where coalesce(is_in_stock, true)

),

competitor_days as (

    {{ explode_dates('competitor_spans', 'from_date', 'to_date', 'date') }}

),

daily_competition as (

    select
        sku,
        currency,
        date,
        count(*) as competitor_count,
        cast(round(avg(cast(price as double)), 4) as decimal(18, 4)) as competitor_average_price,
        min(price) as competitor_lowest_price
    from competitor_days
    group by
        sku,
        currency,
        date

),

-- Competitors' prices are held against ours in the same currency only: another market's price is no rival.
measured as (

    select
        days.product_key,
        days.store_id,
        days.variant_id,
        days.sku,
        days.category,
        days.brand,
        days.supplier_id,
        days.date,
        days.date <= days.last_complete_date as is_complete_day,
        days.currency,
        daily_prices.price,
        daily_prices.list_price,
        daily_prices.price_source,
        case when days.date = daily_prices.valid_from_date then daily_prices.previous_price end as previous_price,
        daily_prices.price * days.net_share as price_excluding_tax,
        daily_costs.unit_cost,
        coalesce(sold.units_sold, 0) as units_sold,
        coalesce(sold.gross_sales_amount, 0) as gross_sales_amount,
        coalesce(sold.discount_amount, 0) as discount_amount,
        coalesce(sold.net_sales_amount, 0) as net_sales_amount,
        {{ money('coalesce(sold.units_sold, 0) * daily_prices.list_price * days.net_share') }} as list_value_amount,
        {{ money('coalesce(sold.units_sold * daily_costs.unit_cost, 0)') }} as cogs_amount,
        case
            when sold.units_sold is null then 0
            when daily_costs.unit_cost is not null then sold.net_sales_amount
            else 0
        end as costed_net_sales_amount,
        coalesce(daily_competition.competitor_count, 0) as competitor_count,
        daily_competition.competitor_average_price,
        daily_competition.competitor_lowest_price
    from days
    left join daily_prices
        on
            days.store_id = daily_prices.store_id
            and days.variant_id = daily_prices.variant_id
            and days.date = daily_prices.date
    left join daily_costs
        on
            days.store_id = daily_costs.store_id
            and days.variant_id = daily_costs.variant_id
            and days.date = daily_costs.date
    left join sold
        on
            days.store_id = sold.store_id
            and days.variant_id = sold.variant_id
            and days.date = sold.date
    left join daily_competition
        on
            days.sku = daily_competition.sku
            and days.currency = daily_competition.currency
            and days.date = daily_competition.date

)

select
    measured.product_key,
    measured.store_id,
    measured.variant_id,
    measured.sku,
    measured.category,
    coalesce(measured.brand, 'No brand') as brand,
    coalesce(measured.supplier_id, 'No supplier') as supplier_id,
    measured.date,
    measured.is_complete_day,
    measured.currency,
    measured.price,
    measured.list_price,
    measured.price_source,
    measured.previous_price,
    100 * {{ safe_divide('measured.price - measured.previous_price', 'measured.previous_price') }} as price_change_pct,
    100 * {{ safe_divide('measured.list_price - measured.price', 'measured.list_price') }} as shelf_discount_depth_pct,
    cast(measured.price_excluding_tax as decimal(18, 4)) as price_excluding_tax,
    measured.unit_cost,
    cast(measured.price_excluding_tax - measured.unit_cost as decimal(18, 4)) as unit_margin_amount,
    100 * {{ safe_divide(
        'measured.price_excluding_tax - measured.unit_cost', 'measured.price_excluding_tax'
    ) }} as unit_margin_pct,
    100 * {{ safe_divide(
        'measured.price_excluding_tax - measured.unit_cost', 'measured.unit_cost'
    ) }} as unit_markup_pct,
    measured.price_excluding_tax < measured.unit_cost as is_below_cost,
    cast(measured.units_sold as bigint) as units_sold,
    measured.list_value_amount,
    measured.gross_sales_amount,
    measured.discount_amount,
    measured.net_sales_amount,
    cast(measured.costed_net_sales_amount as decimal(18, 4)) as costed_net_sales_amount,
    measured.cogs_amount,
    cast(measured.costed_net_sales_amount - measured.cogs_amount as decimal(18, 4)) as gross_margin_amount,
    {{ safe_divide('measured.net_sales_amount', 'measured.units_sold') }} as average_selling_price,
    100 * {{ safe_divide(
        'measured.list_value_amount - measured.net_sales_amount', 'measured.list_value_amount'
    ) }} as discount_depth_pct,
    100 * {{ safe_divide(
        'measured.costed_net_sales_amount - measured.cogs_amount', 'measured.costed_net_sales_amount'
    ) }} as gross_margin_pct,
    100 * {{ safe_divide(
        'measured.costed_net_sales_amount - measured.cogs_amount', 'measured.cogs_amount'
    ) }} as markup_pct,
    cast(measured.competitor_count as int) as competitor_count,
    measured.competitor_average_price,
    measured.competitor_lowest_price,
    cast(measured.price - measured.competitor_average_price as decimal(18, 4)) as competitor_gap_amount,
    100 * {{ safe_divide('measured.price', 'measured.competitor_average_price') }} as price_index,
    measured.price <= measured.competitor_average_price as is_at_or_below_market,
    measured.price <= measured.competitor_lowest_price as is_lowest_price,
    {{ to_reporting('measured.price') }} as price_reporting,
    {{ to_reporting('measured.unit_cost') }} as unit_cost_reporting,
    -- Most days sell nothing, and nothing needs no rate.
    {%- for amount, expression in sold_amounts.items() %}
        case when measured.units_sold = 0 then 0 else {{ to_reporting(expression) }} end as {{ amount }}_reporting,
    {%- endfor %}
    reporting_currency.reporting_currency
from measured
cross join reporting_currency
left join exchange_rates as rates
    on
        measured.currency = rates.from_currency
        and measured.date = rates.date
