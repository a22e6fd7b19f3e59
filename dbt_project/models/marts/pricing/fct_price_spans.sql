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

competitor_prices as (

    select * from {{ ref('fct_competitor_prices') }}
    where coalesce(is_in_stock, true)

),

prices_paid as (

    select * from {{ ref('fct_prices_paid_daily') }}

),

first_prices as (

    select
        store_id,
        variant_id,
        min(valid_from_date) as first_priced_date
    from prices
    group by store_id, variant_id

),

-- Share of a shown price that is not tax: 1 where prices are net. A variant that was never sold takes the store's.
sold_products as (

    select
        product_key,
        min(date) as first_sold_date,
        max(date) as last_sold_date,
        {{ safe_divide('sum(gross_sales_amount)', 'sum(shown_amount)') }} as net_share
    from prices_paid
    group by product_key

),

store_net_shares as (

    select
        store_id,
        {{ safe_divide('sum(gross_sales_amount)', 'sum(shown_amount)') }} as net_share
    from prices_paid
    group by store_id

),

-- A product counts from its first known price or sale to its last day on sale.
offered_products as (

    select
        products.product_key,
        products.store_id,
        products.variant_id,
        products.sku,
        products.currency,
        stores.last_complete_date,
        least(
            coalesce(first_prices.first_priced_date, sold_products.first_sold_date),
            coalesce(sold_products.first_sold_date, first_prices.first_priced_date)
        ) as first_date,
        greatest(
            least(
                coalesce({{ add_days('products.retired_date', -1) }}, stores.last_known_date), stores.last_known_date
            ),
            coalesce(sold_products.last_sold_date, cast('1900-01-01' as date))
        ) as last_date,
        case
            when stores.taxes_included then coalesce(sold_products.net_share, store_net_shares.net_share)
            else cast(1 as double)
        end as net_share
    from products
    inner join stores
        on products.store_id = stores.store_id
    left join first_prices
        on
            products.store_id = first_prices.store_id
            and products.variant_id = first_prices.variant_id
    left join sold_products
        on products.product_key = sold_products.product_key
    left join store_net_shares
        on products.store_id = store_net_shares.store_id
    where
        not products.is_gift_card
        and coalesce(first_prices.first_priced_date, sold_products.first_sold_date) is not null

),

competitor_dates as (

    select
        sku,
        currency,
        observed_date as date
    from competitor_prices

    union

    select
        sku,
        currency,
        valid_to_date as date
    from competitor_prices

),

-- A span ends where a price, a cost or a competitor's price begins or ends, and with the last complete day.
borders as (

    select
        product_key,
        first_date as date
    from offered_products

    union

    select
        product_key,
        {{ add_days('last_complete_date', 1) }} as date
    from offered_products

    union

    select
        offered_products.product_key,
        prices.valid_from_date as date
    from offered_products
    inner join prices
        on
            offered_products.store_id = prices.store_id
            and offered_products.variant_id = prices.variant_id

    union

    select
        offered_products.product_key,
        unit_costs.valid_from_date as date
    from offered_products
    inner join unit_costs
        on
            offered_products.store_id = unit_costs.store_id
            and offered_products.sku = unit_costs.sku

    union

    select
        offered_products.product_key,
        competitor_dates.date
    from offered_products
    inner join competitor_dates
        on
            offered_products.sku = competitor_dates.sku
            and offered_products.currency = competitor_dates.currency

),

spans as (

    select
        offered_products.*,
        borders.date as from_date,
        coalesce(
            {{ add_days(
                'lead(borders.date) over (partition by borders.product_key order by borders.date nulls last)', -1
            ) }},
            offered_products.last_date
        ) as to_date
    from borders
    inner join offered_products
        on borders.product_key = offered_products.product_key
    where
        borders.date >= offered_products.first_date
        and borders.date <= offered_products.last_date

),

-- Competitors' prices are held against ours in the same currency only: another market's price is no rival.
competition as (

    select
        spans.product_key,
        spans.from_date,
        count(*) as competitor_count,
        {{ money_from_double('avg(cast(competitor_prices.price as double))') }} as competitor_average_price,
        min(competitor_prices.price) as competitor_lowest_price
    from spans
    inner join competitor_prices
        on
            spans.sku = competitor_prices.sku
            and spans.currency = competitor_prices.currency
            and spans.from_date >= competitor_prices.observed_date
            and spans.from_date < competitor_prices.valid_to_date
    group by spans.product_key, spans.from_date

)

select
    spans.product_key,
    spans.store_id,
    spans.variant_id,
    spans.sku,
    spans.from_date,
    spans.to_date,
    spans.from_date <= spans.last_complete_date as is_complete_day,
    prices.price,
    prices.list_price,
    case when spans.from_date = prices.valid_from_date then prices.previous_price end as previous_price,
    prices.price_source,
    prices.price_source <> 'order_lines' as is_price_stated,
    spans.net_share,
    {{ money_from_double('prices.price * spans.net_share') }} as price_excluding_tax,
    unit_costs.unit_cost,
    cast(coalesce(competition.competitor_count, 0) as int) as competitor_count,
    competition.competitor_average_price,
    competition.competitor_lowest_price,
    spans.currency
from spans
left join prices
    on
        spans.store_id = prices.store_id
        and spans.variant_id = prices.variant_id
        and spans.from_date >= prices.valid_from_date
        and spans.from_date < prices.valid_to_date
left join unit_costs
    on
        spans.store_id = unit_costs.store_id
        and spans.sku = unit_costs.sku
        and spans.from_date >= unit_costs.valid_from_date
        and spans.from_date < unit_costs.valid_to_date
left join competition
    on
        spans.product_key = competition.product_key
        and spans.from_date = competition.from_date
{{ in_order(['spans.product_key', 'spans.from_date']) }}
