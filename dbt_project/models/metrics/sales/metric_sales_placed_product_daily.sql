with ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

costs as (

    select * from {{ ref('fct_sales_costs') }}

),

products as (

    select * from {{ ref('dim_product') }}

),

store_days as (

    select * from {{ ref('fct_store_days') }}

),

entries as (

    select
        ledger.store_id,
        ledger.channel_id,
        ledger.product_key,
        costs.sku,
        ledger.order_date,
        ledger.currency,
        ledger.reporting_currency,
        ledger.order_key,
        ledger.quantity,
        ledger.gross_amount,
        ledger.discount_amount,
        ledger.amount,
        ledger.gross_amount_reporting,
        ledger.discount_amount_reporting,
        ledger.amount_reporting,
        ledger.is_sales_entry,
        ledger.is_sold,
        ledger.is_returned,
        ledger.is_cancelled,
        costs.cost_amount,
        costs.cost_amount_reporting,
        ledger.is_first_posting and ledger.entry_type = 'sale' as is_new_sale
    from ledger
    inner join costs
        on ledger.ledger_entry_key = costs.ledger_entry_key

),

measured as (

    select
        store_id,
        channel_id,
        product_key,
        sku,
        order_date,
        currency,
        reporting_currency,
        count(distinct case when is_new_sale then order_key end) as order_count,
        {{ sales_units() }},
        {{ sales_amounts() }},
        {{ sales_amounts('_reporting') }}
    from entries
    group by
        store_id,
        channel_id,
        product_key,
        sku,
        order_date,
        currency,
        reporting_currency

)

select
    measured.store_id,
    measured.channel_id,
    measured.product_key,
    measured.sku,
    products.product_title,
    coalesce(products.category, 'Uncategorised') as category,
    products.brand,
    measured.order_date,
    measured.currency,
    measured.reporting_currency,
    cast(measured.order_count as bigint) as order_count,
    cast(measured.units_sold as decimal(18, 4)) as units_sold,
    cast(
        {{ known_returns('measured.units_returned', 'store_days.has_unknown_returns') }} as decimal(18, 4)
    ) as units_returned,
    cast(measured.units_cancelled as decimal(18, 4)) as units_cancelled,
    cast(measured.units_net as decimal(18, 4)) as units_net,
    cast(measured.units_without_cost as decimal(18, 4)) as units_without_cost,
    {{ money('measured.gross_sales_amount') }} as gross_sales_amount,
    {{ money('measured.discount_amount') }} as discount_amount,
    {{ money(known_returns('measured.returned_amount', 'store_days.has_unknown_returns')) }} as returned_amount,
    {{ money('measured.cancelled_amount') }} as cancelled_amount,
    {{ money('measured.adjustment_amount') }} as adjustment_amount,
    {{ money('measured.net_sales_amount') }} as net_sales_amount,
    {{ money('measured.costed_net_sales_amount') }} as costed_net_sales_amount,
    {{ money('measured.cogs_amount') }} as cogs_amount,
    {{ money('measured.costed_net_sales_amount - measured.cogs_amount') }} as gross_profit_amount,
    {{ money('measured.gross_sales_amount_reporting') }} as gross_sales_amount_reporting,
    {{ money('measured.discount_amount_reporting') }} as discount_amount_reporting,
    {{ money(known_returns('measured.returned_amount_reporting', 'store_days.has_unknown_returns')) }}
        as returned_amount_reporting,
    {{ money('measured.cancelled_amount_reporting') }} as cancelled_amount_reporting,
    {{ money('measured.adjustment_amount_reporting') }} as adjustment_amount_reporting,
    {{ money('measured.net_sales_amount_reporting') }} as net_sales_amount_reporting,
    {{ money('measured.costed_net_sales_amount_reporting') }} as costed_net_sales_amount_reporting,
    {{ money('measured.cogs_amount_reporting') }} as cogs_amount_reporting,
    {{ money('measured.costed_net_sales_amount_reporting - measured.cogs_amount_reporting') }}
        as gross_profit_amount_reporting,
    {{ ratio(
        'measured.costed_net_sales_amount - measured.cogs_amount', 'measured.costed_net_sales_amount', 'amount'
    ) }} as gross_margin_rate,
    {{ ratio('measured.costed_net_sales_amount', 'measured.net_sales_amount', 'amount') }}
        as cost_coverage_rate,
    {{ ratio('measured.gross_sales_amount - measured.discount_amount', 'measured.units_sold', 'units') }}
        as average_selling_price,
    coalesce(store_days.is_complete_day, false) as is_complete_day
from measured
left join store_days
    on
        measured.store_id = store_days.store_id
        and measured.order_date = store_days.date
left join products
    on measured.product_key = products.product_key
{{ in_order(['measured.product_key', 'measured.order_date']) }}
