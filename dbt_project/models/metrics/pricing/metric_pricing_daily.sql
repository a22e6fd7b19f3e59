{{ config(materialized='view') }}
{%- set sold_amounts = {
    'list_value_amount': 'measured.list_value_amount',
    'gross_sales_amount': 'measured.gross_sales_amount',
    'discount_amount': 'measured.discount_amount',
    'net_sales_amount': 'measured.net_sales_amount',
    'costed_net_sales_amount': 'measured.costed_net_sales_amount',
    'cogs_amount': 'measured.cogs_amount',
    'gross_margin_amount': 'measured.gross_margin_amount',
} -%}
with spans as (

    select * from {{ ref('fct_price_spans') }}

),

prices_paid as (

    select * from {{ ref('fct_prices_paid_daily') }}

),

products as (

    select * from {{ ref('dim_product') }}

),

dates as (

    select * from {{ ref('dim_date') }}

),

exchange_rates as (

    select * from {{ ref('fct_exchange_rates') }}

),

-- No cost is known of some of what was sold: it has sales, but no cost of goods and no margin.
measured as (

    select
        spans.product_key,
        spans.store_id,
        spans.variant_id,
        spans.sku,
        products.category,
        products.brand,
        products.supplier_id,
        dates.date,
        spans.is_complete_day,
        spans.currency,
        products.reporting_currency,
        spans.price,
        spans.list_price,
        spans.price_source,
        spans.is_price_stated,
        case when dates.date = spans.from_date then spans.previous_price end as previous_price,
        spans.price * spans.net_share as price_excluding_tax,
        spans.unit_cost,
        coalesce(prices_paid.units_sold, 0) as units_sold,
        coalesce(prices_paid.gross_sales_amount, 0) as gross_sales_amount,
        coalesce(prices_paid.discount_amount, 0) as discount_amount,
        coalesce(prices_paid.net_sales_amount, 0) as net_sales_amount,
        {{ money_from_double('coalesce(prices_paid.units_sold, 0) * spans.list_price * spans.net_share') }}
            as list_value_amount,
        case
            when prices_paid.units_sold is null then 0
            else {{ money(times('prices_paid.units_sold', 'spans.unit_cost')) }}
        end as cogs_amount,
        case
            when prices_paid.units_sold is null or spans.unit_cost is null then 0
            else prices_paid.net_sales_amount
        end as costed_net_sales_amount,
        case
            when prices_paid.units_sold is null then 0
            else {{ money('prices_paid.net_sales_amount - ' ~ times('prices_paid.units_sold', 'spans.unit_cost')) }}
        end as gross_margin_amount,
        spans.competitor_count,
        spans.competitor_average_price,
        spans.competitor_lowest_price
    from spans
    inner join dates
        on dates.date between spans.from_date and spans.to_date
    inner join products
        on spans.product_key = products.product_key
    left join prices_paid
        on
            spans.product_key = prices_paid.product_key
            and dates.date = prices_paid.date
            and spans.currency = prices_paid.currency

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
    measured.is_price_stated,
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
    measured.units_sold,
    measured.list_value_amount,
    measured.gross_sales_amount,
    measured.discount_amount,
    measured.net_sales_amount,
    measured.costed_net_sales_amount,
    measured.cogs_amount,
    measured.gross_margin_amount,
    {{ ratio('measured.net_sales_amount', 'measured.units_sold', 'units') }} as average_selling_price,
    100 * {{ ratio(
        'measured.list_value_amount - measured.net_sales_amount', 'measured.list_value_amount', 'amount'
    ) }} as discount_depth_pct,
    100 * {{ ratio('measured.gross_margin_amount', 'measured.costed_net_sales_amount', 'amount') }} as gross_margin_pct,
    100 * {{ ratio('measured.gross_margin_amount', 'measured.cogs_amount', 'amount') }} as markup_pct,
    measured.competitor_count,
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
    measured.reporting_currency
from measured
left join exchange_rates as rates
    on
        measured.currency = rates.from_currency
        and measured.date = rates.date
