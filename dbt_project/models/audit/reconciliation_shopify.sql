with stores as (

    select * from {{ ref('int_stores') }}

),

source_orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

source_order_lines as (

    select * from {{ ref('stg_shopify__order_lines') }}

),

source_allocations as (

    select * from {{ ref('stg_shopify__discount_allocations') }}

),

source_shipping_lines as (

    select * from {{ ref('stg_shopify__shipping_lines') }}

),

source_sales as (

    select * from {{ ref('stg_shopify__sales') }}

),

source_customers as (

    select * from {{ ref('stg_shopify__customers') }}

),

source_return_lines as (

    select * from {{ ref('stg_shopify__return_lines') }}

),

source_moments as (

    select * from {{ ref('stg_shopify__customer_journey_moments') }}

),

refunds as (

    select * from {{ ref('int_refunds') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

return_lines as (

    select * from {{ ref('fct_return_lines') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

dated_source_orders as (

    select
        source_orders.*,
        substring(cast({{ local_date(
            'coalesce(source_orders.processed_at, source_orders.created_at)', 'stores.timezone'
        ) }} as {{ dbt.type_string() }}), 1, 7) as period
    from source_orders
    inner join stores
        on source_orders.store_id = stores.store_id

),

shopify_orders as (

    select
        *,
        substring(cast(order_date as {{ dbt.type_string() }}), 1, 7) as period
    from orders
    where platform = 'shopify'

),

shopify_ledger as (

    select
        *,
        substring(cast(event_date as {{ dbt.type_string() }}), 1, 7) as event_period,
        substring(cast(order_date as {{ dbt.type_string() }}), 1, 7) as order_period
    from ledger
    where source = 'shopify'

),

shopify_refunds as (

    select
        *,
        substring(cast(refunded_date as {{ dbt.type_string() }}), 1, 7) as period
    from refunds

),

allocations_by_order as (

    select
        store_id,
        order_id,
        sum(allocated_amount) as allocated_amount
    from source_allocations
    group by
        store_id,
        order_id

),

shipping_discounts_by_order as (

    select
        store_id,
        order_id,
        sum(original_amount - discounted_amount) as discount_amount
    from source_shipping_lines
    group by
        store_id,
        order_id

),

lines_by_order as (

    select
        order_key,
        sum(line_net_amount) as line_net_amount
    from order_lines
    group by order_key

),

-- Each check gives its expectation (from the source's own totals) and its finding (from the marts) row by row.
sides as (

    select
        store_id,
        'orders: number' as check_name,
        period,
        count(*) as expected,
        0 as actual
    from dated_source_orders
    group by store_id, period

    union all

    select
        store_id,
        'orders: number' as check_name,
        period,
        0 as expected,
        count(*) as actual
    from shopify_orders
    group by store_id, period

    union all

    select
        store_id,
        'orders: total with tax, shipping, duties, fees and tips' as check_name,
        period,
        sum(total_amount) as expected,
        0 as actual
    from dated_source_orders
    group by store_id, period

    union all

    select
        shopify_orders.store_id,
        'orders: total with tax, shipping, duties, fees and tips' as check_name,
        shopify_orders.period,
        0 as expected,
        sum(
            coalesce(lines_by_order.line_net_amount, 0) + shopify_orders.shipping_amount + shopify_orders.tax_amount
            + shopify_orders.duty_amount + shopify_orders.fee_amount + shopify_orders.tip_amount
        ) as actual
    from shopify_orders
    left join lines_by_order
        on shopify_orders.order_key = lines_by_order.order_key
    group by shopify_orders.store_id, shopify_orders.period

    union all

    -- Shops differ in whether an order's total discount has its shipping discount in it: the lines' fits either way.
    select
        dated_source_orders.store_id,
        'orders: whose discount is not the sum of its allocations' as check_name,
        dated_source_orders.period,
        0 as expected,
        sum(case
            when
                dated_source_orders.discount_amount = coalesce(allocations_by_order.allocated_amount, 0)
                or dated_source_orders.discount_amount
                = coalesce(allocations_by_order.allocated_amount, 0)
                + coalesce(shipping_discounts_by_order.discount_amount, 0)
                then 0
            else 1
        end) as actual
    from dated_source_orders
    left join allocations_by_order
        on
            dated_source_orders.store_id = allocations_by_order.store_id
            and dated_source_orders.order_id = allocations_by_order.order_id
    left join shipping_discounts_by_order
        on
            dated_source_orders.store_id = shipping_discounts_by_order.store_id
            and dated_source_orders.order_id = shipping_discounts_by_order.order_id
    group by dated_source_orders.store_id, dated_source_orders.period

    union all

    select
        store_id,
        'orders: payments received' as check_name,
        period,
        sum(received_amount) as expected,
        0 as actual
    from dated_source_orders
    where not is_test
    group by store_id, period

    union all

    select
        store_id,
        'orders: payments received' as check_name,
        period,
        0 as expected,
        sum(paid_amount) as actual
    from shopify_orders
    where not is_test
    group by store_id, period

    union all

    select
        store_id,
        'orders: payments refunded' as check_name,
        period,
        sum(refunded_amount) as expected,
        0 as actual
    from dated_source_orders
    where not is_test
    group by store_id, period

    union all

    select
        store_id,
        'orders: payments refunded' as check_name,
        period,
        0 as expected,
        sum(refunded_amount) as actual
    from shopify_orders
    where not is_test
    group by store_id, period

    union all

    select
        store_id,
        'ledger: sold and added, with tax, against order totals' as check_name,
        period,
        sum(total_amount) as expected,
        0 as actual
    from dated_source_orders
    group by store_id, period

    union all

    select
        store_id,
        'ledger: sold and added, with tax, against order totals' as check_name,
        order_period as period,
        0 as expected,
        sum(source_amount) as actual
    from shopify_ledger
    where
        base_entry_type in ('sale', 'exchange')
        or (base_entry_type = 'edit' and quantity * (case when entry_type = 'correction' then -1 else 1 end) > 0)
    group by store_id, order_period

    union all

    select
        store_id,
        'ledger: goods taken back, net, against refund lines' as check_name,
        period,
        -sum(line_amount) as expected,
        0 as actual
    from shopify_refunds
    group by store_id, period

    union all

    select
        store_id,
        'ledger: goods taken back, net, against refund lines' as check_name,
        event_period as period,
        0 as expected,
        sum(amount) as actual
    from shopify_ledger
    where
        base_entry_type in ('return', 'cancellation')
        and line_type in ('product', 'gift_card')
    group by store_id, event_period

    union all

    select
        store_id,
        'refunds: goods + shipping + duties + fees + tax + adjustments = money paid back' as check_name,
        period,
        sum(refunded_amount) as expected,
        sum(line_amount + shipping_amount + duty_amount + fee_amount + tax_amount + adjustment_amount) as actual
    from shopify_refunds
    group by store_id, period

    union all

    select
        store_id,
        'refunds: whose parts are not the money paid back' as check_name,
        period,
        0 as expected,
        sum(case
            when
                line_amount + shipping_amount + duty_amount + fee_amount + tax_amount + adjustment_amount
                <> refunded_amount
                then 1
            else 0
        end) as actual
    from shopify_refunds
    group by store_id, period

    union all

    select
        store_id,
        'rows: order lines' as check_name,
        'all' as period,
        count(*) as expected,
        0 as actual
    from source_order_lines
    group by store_id

    union all

    select
        order_lines.store_id,
        'rows: order lines' as check_name,
        'all' as period,
        0 as expected,
        count(*) as actual
    from order_lines
    inner join shopify_orders
        on order_lines.order_key = shopify_orders.order_key
    group by order_lines.store_id

    union all

    select
        store_id,
        'rows: ledger entries' as check_name,
        'all' as period,
        count(*) as expected,
        0 as actual
    from source_sales
    group by store_id

    union all

    select
        store_id,
        'rows: ledger entries' as check_name,
        'all' as period,
        0 as expected,
        sum(case when entry_type = 'correction' then -1 else 1 end) as actual
    from shopify_ledger
    -- The cancelled part of a sale is an entry beside the sale's own.
    where not ({{ is_cancelled_part('source_entry_id') }})
    group by store_id

    union all

    select
        store_id,
        'rows: customer accounts' as check_name,
        'all' as period,
        count(*) as expected,
        0 as actual
    from source_customers
    group by store_id

    union all

    select
        customers.store_id,
        'rows: customer accounts' as check_name,
        'all' as period,
        0 as expected,
        count(*) as actual
    from customers
    inner join source_customers
        on
            customers.store_id = source_customers.store_id
            and customers.customer_id = source_customers.customer_id
    group by customers.store_id

    union all

    select
        store_id,
        'rows: return lines' as check_name,
        'all' as period,
        count(*) as expected,
        0 as actual
    from source_return_lines
    group by store_id

    union all

    select
        store_id,
        'rows: return lines' as check_name,
        'all' as period,
        0 as expected,
        count(*) as actual
    from return_lines
    where return_source = 'return'
    group by store_id

    union all

    select
        store_id,
        'rows: visits' as check_name,
        'all' as period,
        count(*) as expected,
        0 as actual
    from source_moments
    group by store_id

    union all

    select
        store_id,
        'rows: visits' as check_name,
        'all' as period,
        0 as expected,
        count(*) as actual
    from touchpoints
    group by store_id

),

compared as (

    select
        store_id,
        check_name,
        period,
        {{ money('sum(expected)') }} as expected,
        {{ money('sum(actual)') }} as actual
    from sides
    group by
        store_id,
        check_name,
        period

)

select
    'shopify' as source,
    store_id,
    check_name,
    period,
    expected,
    actual,
    {{ money('actual - expected') }} as difference,
    actual = expected as is_ok
from compared
