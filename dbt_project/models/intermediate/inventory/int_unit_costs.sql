{#- Rounds of doubling: enough for goods that came on each of 8,192 days. -#}
{%- set rounds = 13 -%}
with stores as (

    select * from {{ ref('int_stores') }}

),

products as (

    select * from {{ ref('int_products') }}

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

product_descriptions as (

    select * from {{ ref('int_product_descriptions') }}

),

receipts as (

    select * from {{ ref('int_purchase_receipts') }}

),

movements as (

    select * from {{ ref('int_inventory_movements') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

-- A line that no product could be found for has a cost all the same, if anybody states one for its SKU.
costed_skus as (

    select
        store_id,
        sku,
        stated_unit_cost,
        stated_unit_cost_currency
    from products
    where is_primary_for_sku

    union

    select
        store_id,
        sku,
        cast(null as decimal(18, 4)) as stated_unit_cost,
        cast(null as {{ dbt.type_string() }}) as stated_unit_cost_currency
    from order_lines
    where
        variant_id is null
        and sku is not null

),

skus as (

    select
        costed_skus.*,
        stores.currency,
        stores.platform,
        {{ as_of_date('stores.timezone') }} as as_of_date
    from costed_skus
    inner join stores
        on costed_skus.store_id = stores.store_id

),

dated_costs as (

    select
        skus.store_id,
        skus.sku,
        skus.currency,
        product_descriptions.valid_from_date,
        case
            when product_descriptions.currency = skus.currency then product_descriptions.unit_cost
            else {{ to_currency('product_descriptions.unit_cost', 'cost_rates', 'store_rates') }}
        end as unit_cost,
        product_descriptions.cost_source
    from skus
    inner join product_descriptions
        on skus.sku = product_descriptions.sku
    left join exchange_rates as cost_rates
        on
            product_descriptions.currency = cost_rates.from_currency
            and product_descriptions.valid_from_date = cost_rates.date
    left join exchange_rates as store_rates
        on
            skus.currency = store_rates.from_currency
            and product_descriptions.valid_from_date = store_rates.date
    where
        product_descriptions.unit_cost is not null
        and product_descriptions.valid_from_date <= skus.as_of_date

),

-- A shop's own cost says nothing of the past, so a dated one counts before it.
current_costs as (

    select
        skus.store_id,
        skus.sku,
        skus.currency,
        skus.as_of_date as valid_from_date,
        case
            when coalesce(skus.stated_unit_cost_currency, skus.currency) = skus.currency then skus.stated_unit_cost
            else {{ to_currency('skus.stated_unit_cost', 'cost_rates', 'store_rates') }}
        end as unit_cost,
        skus.platform as cost_source
    from skus
    left join dated_costs
        on
            skus.store_id = dated_costs.store_id
            and skus.sku = dated_costs.sku
    left join exchange_rates as cost_rates
        on
            skus.stated_unit_cost_currency = cost_rates.from_currency
            and skus.as_of_date = cost_rates.date
    left join exchange_rates as store_rates
        on
            skus.currency = store_rates.from_currency
            and skus.as_of_date = store_rates.date
    where
        dated_costs.sku is null
        and skus.stated_unit_cost is not null

),

listed_costs as (

    select * from dated_costs
    where unit_cost is not null

    union all

    select * from current_costs
    where unit_cost is not null

),

listed_periods as (

    select
        *,
        row_number() over (partition by store_id, sku order by valid_from_date nulls last) as listed_number,
        coalesce(
            lead(valid_from_date) over (partition by store_id, sku order by valid_from_date nulls last),
            cast('9999-12-31' as date)
        ) as valid_to_date
    from listed_costs

),

owned_by_day as (

    select
        store_id,
        sku,
        movement_date,
        sum(owned_quantity) as quantity
    from movements
    group by store_id, sku, movement_date

),

owned_before_day as (

    select
        store_id,
        sku,
        movement_date,
        sum(quantity) over (
            partition by store_id, sku
            order by movement_date nulls last
            rows between unbounded preceding and current row
        ) - quantity as owned_quantity
    from owned_by_day

),

receipts_by_day as (

    select
        store_id,
        sku,
        currency,
        received_date,
        sum(accepted_quantity) as quantity,
        sum(received_value) as received_value
    from receipts
    where
        accepted_quantity > 0
        and received_value is not null
    group by store_id, sku, currency, received_date

),

numbered_receipts as (

    select
        receipts_by_day.store_id,
        receipts_by_day.sku,
        receipts_by_day.currency,
        receipts_by_day.received_date,
        cast(receipts_by_day.quantity as decimal(12, 0)) as quantity,
        cast(receipts_by_day.received_value as decimal(18, 4)) as received_value,
        -- Negative stock has no cost to average with.
        cast(greatest(coalesce(owned_before_day.owned_quantity, 0), 0) as decimal(12, 0)) as quantity_before,
        listed_periods.unit_cost as listed_unit_cost,
        row_number() over (
            partition by receipts_by_day.store_id, receipts_by_day.sku
            order by receipts_by_day.received_date nulls last
        ) as receipt_number
    from receipts_by_day
    left join owned_before_day
        on
            receipts_by_day.store_id = owned_before_day.store_id
            and receipts_by_day.sku = owned_before_day.sku
            and receipts_by_day.received_date = owned_before_day.movement_date
    left join listed_periods
        on
            receipts_by_day.store_id = listed_periods.store_id
            and receipts_by_day.sku = listed_periods.sku
            and receipts_by_day.received_date < listed_periods.valid_to_date
            and (
                receipts_by_day.received_date >= listed_periods.valid_from_date
                or listed_periods.listed_number = 1
            )

),

-- Perpetual weighted average: (stock before x cost before + value received) / (stock before + units received). So a
-- receipt keeps a share of the cost before it and adds a cost of its own; the first one has no receipt's cost to keep.
effects_of_1 as (

    select
        store_id,
        sku,
        currency,
        received_date,
        case
            when receipt_number = 1 then 0
            else {{ safe_divide('quantity_before', 'quantity_before + quantity') }}
        end as kept_share,
        case
            when receipt_number > 1 then {{ safe_divide('received_value', 'quantity_before + quantity') }}
            when listed_unit_cost is null then {{ safe_divide('received_value', 'quantity') }}
            else {{ safe_divide(
                'quantity_before * listed_unit_cost + received_value',
                'quantity_before + quantity'
            ) }}
        end as added_cost
    from numbered_receipts

),

-- What two receipts in a row do to a cost is of the same form. So each round doubles the receipts that a row stands
-- for, until none goes before them and what they add is the cost.
{%- for round in range(rounds) %}
{%- set reach = 2 ** round %}

effects_of_{{ 2 * reach }} as (

    select
        store_id,
        sku,
        currency,
        received_date,
        kept_share * coalesce(lag(kept_share, {{ reach }}) over so_far, 0) as kept_share,
        added_cost + kept_share * coalesce(lag(added_cost, {{ reach }}) over so_far, 0) as added_cost
    from effects_of_{{ reach }}
    window so_far as (partition by store_id, sku order by received_date nulls last)

),
{%- endfor %}

first_receipts as (

    select
        store_id,
        sku,
        received_date
    from numbered_receipts
    where receipt_number = 1

),

versions as (

    select
        store_id,
        sku,
        currency,
        received_date as valid_from_date,
        {{ money_from_double('added_cost') }} as unit_cost,
        'weighted_average' as cost_source
    from effects_of_{{ 2 ** rounds }}

    union all

    select
        listed_costs.store_id,
        listed_costs.sku,
        listed_costs.currency,
        listed_costs.valid_from_date,
        listed_costs.unit_cost,
        listed_costs.cost_source
    from listed_costs
    left join first_receipts
        on
            listed_costs.store_id = first_receipts.store_id
            and listed_costs.sku = first_receipts.sku
    where
        first_receipts.received_date is null
        or listed_costs.valid_from_date < first_receipts.received_date

),

-- The first cost known stands for the days before it, flagged.
extended as (

    select
        *,
        false as is_backcast
    from versions

    union all

    select
        store_id,
        sku,
        currency,
        cast('1900-01-01' as date) as valid_from_date,
        unit_cost,
        cost_source,
        true as is_backcast
    from versions
    qualify row_number() over (partition by store_id, sku order by valid_from_date nulls last) = 1

),

changes as (

    select *
    from extended
    qualify
        lag(unit_cost) over (partition by store_id, sku order by valid_from_date nulls last) is null
        or lag(unit_cost) over (partition by store_id, sku order by valid_from_date nulls last) <> unit_cost
        or lag(cost_source) over (partition by store_id, sku order by valid_from_date nulls last) <> cost_source
        or lag(is_backcast) over (partition by store_id, sku order by valid_from_date nulls last) <> is_backcast

)

select
    store_id,
    sku,
    valid_from_date,
    coalesce(
        lead(valid_from_date) over (partition by store_id, sku order by valid_from_date nulls last),
        cast('9999-12-31' as date)
    ) as valid_to_date,
    unit_cost,
    currency,
    cost_source,
    is_backcast
from changes
