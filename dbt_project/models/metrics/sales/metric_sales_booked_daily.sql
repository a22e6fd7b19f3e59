with ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

costs as (

    select * from {{ ref('fct_sales_costs') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

stores as (

    select * from {{ ref('dim_store') }}

),

store_days as (

    select * from {{ ref('fct_store_days') }}

),

entries as (

    select
        ledger.store_id,
        ledger.channel_id,
        ledger.ledger_date,
        ledger.currency,
        ledger.order_key,
        orders.customer_key,
        ledger.quantity,
        ledger.gross_amount,
        ledger.discount_amount,
        ledger.amount,
        ledger.tax_amount,
        ledger.gross_amount_reporting,
        ledger.discount_amount_reporting,
        ledger.amount_reporting,
        ledger.tax_amount_reporting,
        ledger.line_type,
        ledger.is_sales_entry,
        ledger.is_sold,
        ledger.is_returned,
        ledger.is_cancelled,
        costs.cost_amount,
        costs.cost_amount_reporting,
        coalesce(orders.is_first_order, false) as is_first_order,
        coalesce(orders.is_paid, false) as is_paid,
        ledger.is_sales_entry and ledger.is_first_posting and ledger.entry_type = 'sale' as is_new_sale,
        ledger.is_sales_entry and ledger.is_first_posting and ledger.entry_type = 'return' as is_new_return
    from ledger
    left join costs
        on ledger.ledger_entry_key = costs.ledger_entry_key
    left join orders
        on ledger.order_key = orders.order_key
    where not ledger.is_test

),

-- An order counts on the day that its sale was first booked: a correction does not count it again.
measured as (

    select
        store_id,
        channel_id,
        ledger_date,
        currency,
        count(distinct case when is_new_sale then order_key end) as order_count,
        count(distinct case when is_new_sale and is_first_order then order_key end) as new_customer_order_count,
        count(distinct case when is_new_sale and not is_first_order then order_key end)
            as returning_customer_order_count,
        count(distinct case when is_new_return then order_key end) as returned_order_count,
        count(distinct case when is_new_sale then customer_key end) as customer_count,
        {{ sales_units() }},
        {{ sales_amounts() }},
        {{ sales_amounts('_reporting') }},
        {{ sales_parts_and_charges() }},
        {{ sales_parts_and_charges('_reporting') }}
    from entries
    group by
        store_id,
        channel_id,
        ledger_date,
        currency

),

first_dates as (

    select
        store_id,
        channel_id,
        currency,
        min(ledger_date) as first_date
    from measured
    group by
        store_id,
        channel_id,
        currency

),

-- A day without a row is a day without sales, up to the last that is known of the store; what is booked after it, as a
-- correction of a shop that was closed, has a row all the same.
days as (

    select
        first_dates.store_id,
        first_dates.channel_id,
        store_days.date as ledger_date,
        first_dates.currency
    from first_dates
    inner join store_days
        on
            first_dates.store_id = store_days.store_id
            and first_dates.first_date <= store_days.date

    union

    select
        store_id,
        channel_id,
        ledger_date,
        currency
    from measured

)

select
    days.store_id,
    days.channel_id,
    days.ledger_date,
    days.currency,
    stores.reporting_currency,
    cast(coalesce(measured.order_count, 0) as bigint) as order_count,
    cast(coalesce(measured.new_customer_order_count, 0) as bigint) as new_customer_order_count,
    cast(coalesce(measured.returning_customer_order_count, 0) as bigint) as returning_customer_order_count,
    cast(
        {{ known_returns('coalesce(measured.returned_order_count, 0)', 'stores.has_unknown_returns') }} as bigint
    ) as returned_order_count,
    cast(coalesce(measured.customer_count, 0) as bigint) as customer_count,
    cast(coalesce(measured.units_sold, 0) as decimal(18, 4)) as units_sold,
    cast(
        {{ known_returns('coalesce(measured.units_returned, 0)', 'stores.has_unknown_returns') }} as decimal(18, 4)
    ) as units_returned,
    cast(coalesce(measured.units_cancelled, 0) as decimal(18, 4)) as units_cancelled,
    cast(coalesce(measured.units_net, 0) as decimal(18, 4)) as units_net,
    cast(coalesce(measured.units_without_cost, 0) as decimal(18, 4)) as units_without_cost,
    {{ money('coalesce(measured.gross_sales_amount, 0)') }} as gross_sales_amount,
    {{ money('coalesce(measured.discount_amount, 0)') }} as discount_amount,
    {{ money(known_returns('coalesce(measured.returned_amount, 0)', 'stores.has_unknown_returns')) }}
        as returned_amount,
    {{ money('coalesce(measured.cancelled_amount, 0)') }} as cancelled_amount,
    {{ money('coalesce(measured.adjustment_amount, 0)') }} as adjustment_amount,
    {{ money('coalesce(measured.net_sales_amount, 0)') }} as net_sales_amount,
    {{ money('coalesce(measured.costed_net_sales_amount, 0)') }} as costed_net_sales_amount,
    case when measured.store_id is null then 0 else {{ money('measured.cogs_amount') }} end as cogs_amount,
    case
        when measured.store_id is null then 0
        else {{ money('measured.costed_net_sales_amount - measured.cogs_amount') }}
    end as gross_profit_amount,
    {{ money('coalesce(measured.new_customer_net_sales_amount, 0)') }} as new_customer_net_sales_amount,
    {{ money('coalesce(measured.paid_net_sales_amount, 0)') }} as paid_net_sales_amount,
    {{ money('coalesce(measured.shipping_amount, 0)') }} as shipping_amount,
    {{ money('coalesce(measured.tax_amount, 0)') }} as tax_amount,
    {{ money('coalesce(measured.tip_amount, 0)') }} as tip_amount,
    {{ money('coalesce(measured.fee_and_duty_amount, 0)') }} as fee_and_duty_amount,
    {{ money('coalesce(measured.gift_card_sales_amount, 0)') }} as gift_card_sales_amount,
    {{ money('coalesce(measured.refund_adjustment_amount, 0)') }} as refund_adjustment_amount,
    {{ money('coalesce(measured.other_amount, 0)') }} as other_amount,
    case when measured.store_id is null then 0 else {{ money('measured.gross_sales_amount_reporting') }} end
        as gross_sales_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.discount_amount_reporting') }} end
        as discount_amount_reporting,
    {{ money(known_returns(
        'case when measured.store_id is null then 0 else measured.returned_amount_reporting end',
        'stores.has_unknown_returns'
    )) }} as returned_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.cancelled_amount_reporting') }} end
        as cancelled_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.adjustment_amount_reporting') }} end
        as adjustment_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.net_sales_amount_reporting') }} end
        as net_sales_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.costed_net_sales_amount_reporting') }} end
        as costed_net_sales_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.cogs_amount_reporting') }} end
        as cogs_amount_reporting,
    case
        when measured.store_id is null then 0
        else {{ money('measured.costed_net_sales_amount_reporting - measured.cogs_amount_reporting') }}
    end as gross_profit_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.new_customer_net_sales_amount_reporting') }} end
        as new_customer_net_sales_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.paid_net_sales_amount_reporting') }} end
        as paid_net_sales_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.shipping_amount_reporting') }} end
        as shipping_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.tax_amount_reporting') }} end
        as tax_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.tip_amount_reporting') }} end
        as tip_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.fee_and_duty_amount_reporting') }} end
        as fee_and_duty_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.gift_card_sales_amount_reporting') }} end
        as gift_card_sales_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.refund_adjustment_amount_reporting') }} end
        as refund_adjustment_amount_reporting,
    case when measured.store_id is null then 0 else {{ money('measured.other_amount_reporting') }} end
        as other_amount_reporting,
    {{ ratio(
        'measured.costed_net_sales_amount - measured.cogs_amount', 'measured.costed_net_sales_amount', 'amount'
    ) }} as gross_margin_rate,
    {{ ratio('measured.costed_net_sales_amount', 'measured.net_sales_amount', 'amount') }}
        as cost_coverage_rate,
    {{ ratio('measured.discount_amount', 'measured.gross_sales_amount', 'amount') }} as discount_rate,
    {{ ratio('measured.gross_sales_amount - measured.discount_amount', 'measured.order_count', 'orders') }}
        as average_order_value,
    {{ ratio('measured.units_sold', 'measured.order_count', 'orders') }} as units_per_order,
    {{ ratio('measured.net_sales_amount', 'measured.customer_count', 'orders') }} as net_sales_per_customer,
    coalesce(store_days.is_complete_day, false) as is_complete_day
from days
inner join stores
    on days.store_id = stores.store_id
left join store_days
    on
        days.store_id = store_days.store_id
        and days.ledger_date = store_days.date
left join measured
    on
        days.store_id = measured.store_id
        and days.channel_id = measured.channel_id
        and days.ledger_date = measured.ledger_date
        and days.currency = measured.currency
