with products as (

    select * from {{ ref('int_products') }}

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

product_descriptions as (

    select * from {{ ref('int_product_descriptions') }}

),

descriptions as (

    select
        sku,
        valid_from_date,
        coalesce(
            lead(valid_from_date) over (partition by sku order by valid_from_date nulls last),
            cast('9999-12-31' as date)
        ) as valid_to_date,
        product_name,
        category
    from product_descriptions

),

dated_products as (

    select
        products.*,
        {{ as_of_date('stores.timezone') }} as as_of_date
    from products
    inner join stores
        on products.store_id = stores.store_id

),

change_dates as (

    select
        store_id,
        variant_id,
        valid_from_date as date
    from prices

    union

    select
        dated_products.store_id,
        dated_products.variant_id,
        unit_costs.valid_from_date as date
    from dated_products
    inner join unit_costs
        on
            dated_products.store_id = unit_costs.store_id
            and dated_products.sku = unit_costs.sku
    where not unit_costs.is_backcast

    union

    select
        dated_products.store_id,
        dated_products.variant_id,
        descriptions.valid_from_date as date
    from dated_products
    inner join descriptions
        on dated_products.sku = descriptions.sku
    where descriptions.valid_from_date <= dated_products.as_of_date

    union

    select
        store_id,
        variant_id,
        launched_on as date
    from dated_products
    where launched_on <= as_of_date

    union

    select
        store_id,
        variant_id,
        retired_date as date
    from dated_products
    where retired_date <= as_of_date

),

-- A shop tells the current title and status only: they stand for the past, but for the days off sale.
states as (

    select
        change_dates.store_id,
        change_dates.variant_id,
        change_dates.date as valid_from_date,
        dated_products.product_key,
        dated_products.sku,
        coalesce(
            case when not dated_products.is_listed then descriptions.product_name end,
            dated_products.product_title
        ) as product_title,
        coalesce(descriptions.category, dated_products.category) as category,
        case
            when change_dates.date < dated_products.retired_date then 'ACTIVE'
            when change_dates.date >= dated_products.deleted_date then 'DELETED'
            when change_dates.date >= dated_products.discontinued_on then 'DISCONTINUED'
            else dated_products.product_status
        end as product_status,
        prices.price,
        prices.compare_at_price,
        prices.list_price,
        prices.price_source,
        unit_costs.unit_cost,
        unit_costs.cost_source,
        dated_products.currency
    from change_dates
    inner join dated_products
        on
            change_dates.store_id = dated_products.store_id
            and change_dates.variant_id = dated_products.variant_id
    left join prices
        on
            change_dates.store_id = prices.store_id
            and change_dates.variant_id = prices.variant_id
            and change_dates.date >= prices.valid_from_date
            and change_dates.date < prices.valid_to_date
    left join unit_costs
        on
            change_dates.store_id = unit_costs.store_id
            and dated_products.sku = unit_costs.sku
            and change_dates.date >= unit_costs.valid_from_date
            and change_dates.date < unit_costs.valid_to_date
    left join descriptions
        on
            dated_products.sku = descriptions.sku
            and change_dates.date >= descriptions.valid_from_date
            and change_dates.date < descriptions.valid_to_date
    where change_dates.date is not null

),

fingerprinted as (

    select
        *,
        {{ surrogate_key([
            'product_title', 'category', 'product_status', 'price', 'compare_at_price', 'price_source',
            'unit_cost', 'cost_source'
        ]) }} as fingerprint
    from states

),

versions as (

    select *
    from fingerprinted
    qualify
        lag(fingerprint) over (partition by store_id, variant_id order by valid_from_date nulls last) is null
        or lag(fingerprint) over (partition by store_id, variant_id order by valid_from_date nulls last) <> fingerprint

)

select
    {{ surrogate_key(['store_id', 'variant_id', 'valid_from_date']) }} as product_version_key,
    product_key,
    store_id,
    variant_id,
    sku,
    valid_from_date,
    coalesce(
        lead(valid_from_date) over (partition by store_id, variant_id order by valid_from_date nulls last),
        cast('9999-12-31' as date)
    ) as valid_to_date,
    lead(valid_from_date) over (
        partition by store_id, variant_id
        order by valid_from_date nulls last
    ) is null as is_current,
    product_title,
    category,
    product_status,
    price,
    compare_at_price,
    list_price,
    price_source,
    unit_cost,
    cost_source,
    currency
from versions
