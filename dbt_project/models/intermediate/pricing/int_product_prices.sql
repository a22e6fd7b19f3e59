with stores as (

    select * from {{ ref('int_stores') }}

),

products as (

    select * from {{ ref('int_products') }}

),

stated_prices as (

    select * from {{ ref('int_prices') }}

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

seen as (

    select
        stated_prices.store_id,
        stated_prices.variant_id,
        {{ local_date('stated_prices.seen_at', 'stores.timezone') }} as date,
        stated_prices.price,
        stated_prices.compare_at_price,
        stated_prices.price_source
    from stated_prices
    inner join stores
        on stated_prices.store_id = stores.store_id
    where
        stated_prices.seen_at is not null
        and stated_prices.price is not null
    qualify row_number() over (
            partition by
                stated_prices.store_id,
                stated_prices.variant_id,
                {{ local_date('stated_prices.seen_at', 'stores.timezone') }}
            order by stated_prices.seen_at desc nulls last
        ) = 1

),

listed as (

    select
        products.store_id,
        products.variant_id,
        stated_prices.valid_from_date as date,
        stated_prices.price,
        stated_prices.compare_at_price,
        stated_prices.price_source
    from stated_prices
    inner join products
        on
            stated_prices.store_id = products.store_id
            and stated_prices.sku = products.sku
    where
        stated_prices.seen_at is null
        and stated_prices.price is not null
        and coalesce(stated_prices.currency, products.currency) = products.currency

),

-- What most units of a day were offered at. Negotiated prices, and orders whose tax basis or currency is not the shop's
-- own, say nothing about the shelf.
charged_prices as (

    select
        order_lines.store_id,
        order_lines.variant_id,
        order_lines.order_date as date,
        order_lines.unit_price_amount as price,
        sum(order_lines.quantity) as quantity
    from order_lines
    inner join orders
        on
            order_lines.store_id = orders.store_id
            and order_lines.order_id = orders.order_id
    inner join stores
        on order_lines.store_id = stores.store_id
    where
        order_lines.is_sales_line
        and order_lines.variant_id is not null
        and order_lines.quantity > 0
        and order_lines.unit_price_amount > 0
        and not orders.is_negotiated
        and order_lines.currency = stores.currency
        and (not stores.is_connected or orders.taxes_included = stores.taxes_included)
    group by
        order_lines.store_id,
        order_lines.variant_id,
        order_lines.order_date,
        order_lines.unit_price_amount

),

charged as (

    select
        store_id,
        variant_id,
        date,
        price,
        cast(null as decimal(18, 4)) as compare_at_price,
        'order_lines' as price_source
    from charged_prices
    qualify row_number() over (
            partition by store_id, variant_id, date
            order by quantity desc nulls last, price desc nulls last
        ) = 1

),

evidence as (

    select
        *,
        1 as evidence_rank
    from seen

    union all

    select
        *,
        2 as evidence_rank
    from listed

    union all

    select
        *,
        3 as evidence_rank
    from charged

),

ranked as (

    select
        evidence.*,
        stores.timezone,
        min(case when evidence.evidence_rank = 1 then evidence.date end) over (
            partition by evidence.store_id, evidence.variant_id
        ) as first_seen_date,
        min(case when evidence.evidence_rank <= 2 then evidence.date end) over (
            partition by evidence.store_id, evidence.variant_id
        ) as first_stated_date
    from evidence
    inner join stores
        on evidence.store_id = stores.store_id

),

-- Better evidence ends weaker evidence from its first day on.
admitted as (

    select *
    from ranked
    where
        date <= {{ as_of_date('timezone') }}
        and (evidence_rank < 2 or first_seen_date is null or date < first_seen_date)
        and (evidence_rank < 3 or first_stated_date is null or date < first_stated_date)

),

changes as (

    select *
    from admitted
    qualify
        lag(price) over (partition by store_id, variant_id order by date nulls last) is null
        or lag(price) over (partition by store_id, variant_id order by date nulls last) <> price
        or coalesce(lag(compare_at_price) over (partition by store_id, variant_id order by date nulls last), -1)
        <> coalesce(compare_at_price, -1)

)

select
    changes.store_id,
    changes.variant_id,
    changes.date as valid_from_date,
    coalesce(
        lead(changes.date) over (
            partition by changes.store_id, changes.variant_id
            order by changes.date nulls last
        ),
        cast('9999-12-31' as date)
    ) as valid_to_date,
    changes.price,
    changes.compare_at_price,
    greatest(changes.price, coalesce(changes.compare_at_price, changes.price)) as list_price,
    lag(changes.price) over (
        partition by changes.store_id, changes.variant_id
        order by changes.date nulls last
    ) as previous_price,
    lag(changes.compare_at_price) over (
        partition by changes.store_id, changes.variant_id
        order by changes.date nulls last
    ) as previous_compare_at_price,
    changes.price_source,
    stores.currency
from changes
inner join stores
    on changes.store_id = stores.store_id
