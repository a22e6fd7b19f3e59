with stores as (

    select * from {{ ref('int_stores') }}

),

aliases as (

    select * from {{ ref('int_location_aliases') }}

),

purchase_orders as (

    select * from {{ ref('int_purchase_orders') }}

),

purchase_order_lines as (

    select * from {{ ref('int_purchase_order_lines') }}

),

purchase_order_receipts as (

    select * from {{ ref('int_purchase_order_receipts') }}

),

landed_costs as (

    select * from {{ ref('int_landed_costs') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

receipts as (

    select
        purchase_order_receipts.receipt_id,
        purchase_order_receipts.purchase_order_id,
        purchase_order_receipts.line_number,
        purchase_orders.store_id,
        aliases.location_id,
        purchase_order_lines.sku,
        {{ utc_from_local('purchase_order_receipts.received_local_at', 'stores.timezone') }} as received_at,
        cast(purchase_order_receipts.received_local_at as date) as received_date,
        purchase_order_receipts.received_quantity,
        purchase_order_receipts.rejected_quantity,
        purchase_order_receipts.received_quantity - purchase_order_receipts.rejected_quantity as accepted_quantity,
        purchase_order_lines.unit_cost as ordered_unit_cost,
        purchase_orders.currency as order_currency,
        stores.currency
    from purchase_order_receipts
    inner join purchase_orders
        on purchase_order_receipts.purchase_order_id = purchase_orders.purchase_order_id
    inner join purchase_order_lines
        on
            purchase_order_receipts.purchase_order_id = purchase_order_lines.purchase_order_id
            and purchase_order_receipts.line_number = purchase_order_lines.line_number
    inner join stores
        on purchase_orders.store_id = stores.store_id
    left join aliases
        on
            purchase_orders.store_id = aliases.store_id
            and purchase_orders.location = aliases.alias
    where cast(purchase_order_receipts.received_local_at as date) <= {{ as_of_date('stores.timezone') }}

),

-- A receipt's weight in its order: its value, or its units where the goods came free of charge.
weighted as (

    select
        *,
        accepted_quantity * ordered_unit_cost as weight_value,
        sum(accepted_quantity * ordered_unit_cost) over (partition by purchase_order_id) as order_value,
        sum(accepted_quantity) over (partition by purchase_order_id) as order_quantity
    from receipts

),

shares as (

    select
        receipt_id,
        purchase_order_id,
        line_number,
        case
            when order_value > 0 then {{ safe_divide('weight_value', 'order_value') }}
            else {{ safe_divide('accepted_quantity', 'order_quantity') }}
        end as share
    from weighted

),

order_landed_costs as (

    select
        purchase_order_id,
        currency as cost_currency,
        sum(amount) as amount
    from landed_costs
    group by purchase_order_id, currency

),

-- Rounding the running total, not each part, makes the parts add up to the cost to the last digit.
cumulated as (

    select
        shares.receipt_id,
        shares.purchase_order_id,
        shares.line_number,
        order_landed_costs.cost_currency,
        {{ money_from_double('order_landed_costs.amount * sum(shares.share) over (
            partition by shares.purchase_order_id, order_landed_costs.cost_currency
            order by shares.receipt_id nulls last, shares.line_number nulls last
            rows between unbounded preceding and current row
        )') }} as amount_to_here
    from shares
    inner join order_landed_costs
        on shares.purchase_order_id = order_landed_costs.purchase_order_id
    where shares.share is not null

),

allocated as (

    select
        receipt_id,
        purchase_order_id,
        line_number,
        cost_currency,
        amount_to_here - coalesce(lag(amount_to_here) over (
            partition by purchase_order_id, cost_currency
            order by receipt_id nulls last, line_number nulls last
        ), 0) as amount
    from cumulated

),

allocated_in_store_currency as (

    select
        allocated.receipt_id,
        allocated.purchase_order_id,
        allocated.line_number,
        sum(
            case
                when allocated.cost_currency = receipts.currency then allocated.amount
                else {{ to_currency('allocated.amount', 'cost_rates', 'store_rates') }}
            end
        ) as landed_cost_amount,
        sum(case
            when allocated.cost_currency = receipts.currency then 0
            when cost_rates.rate_to_reporting is null or store_rates.rate_to_reporting is null then 1
            else 0
        end) as missing_rate_count
    from allocated
    inner join receipts
        on
            allocated.receipt_id = receipts.receipt_id
            and allocated.purchase_order_id = receipts.purchase_order_id
            and allocated.line_number = receipts.line_number
    left join exchange_rates as cost_rates
        on
            allocated.cost_currency = cost_rates.from_currency
            and receipts.received_date = cost_rates.date
    left join exchange_rates as store_rates
        on
            receipts.currency = store_rates.from_currency
            and receipts.received_date = store_rates.date
    group by
        allocated.receipt_id,
        allocated.purchase_order_id,
        allocated.line_number

),

priced as (

    select
        receipts.*,
        case
            when receipts.order_currency = receipts.currency then receipts.ordered_unit_cost
            else {{ to_currency('receipts.ordered_unit_cost', 'order_rates', 'store_rates') }}
        end as unit_cost,
        store_rates.rate_to_reporting,
        case
            when coalesce(allocated_in_store_currency.missing_rate_count, 0) = 0
                then coalesce(allocated_in_store_currency.landed_cost_amount, 0)
        end as landed_cost_amount
    from receipts
    left join allocated_in_store_currency
        on
            receipts.receipt_id = allocated_in_store_currency.receipt_id
            and receipts.purchase_order_id = allocated_in_store_currency.purchase_order_id
            and receipts.line_number = allocated_in_store_currency.line_number
    left join exchange_rates as order_rates
        on
            receipts.order_currency = order_rates.from_currency
            and receipts.received_date = order_rates.date
    left join exchange_rates as store_rates
        on
            receipts.currency = store_rates.from_currency
            and receipts.received_date = store_rates.date

),

valued as (

    select
        *,
        cast(accepted_quantity * unit_cost + landed_cost_amount as decimal(18, 4)) as received_value
    from priced

),

final as (

    select
        receipt_id,
        purchase_order_id,
        line_number,
        store_id,
        coalesce(location_id, 'unknown') as location_id,
        sku,
        received_at,
        received_date,
        received_quantity,
        rejected_quantity,
        accepted_quantity,
        unit_cost,
        cast(landed_cost_amount as decimal(18, 4)) as landed_cost_amount,
        received_value,
        currency,
        {{ to_reporting('received_value', 'valued') }} as received_value_reporting
    from valued

)

select * from final
