{%- set twins = ['', '_reporting'] -%}

with customers as (

    select * from {{ ref('dim_customer') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

dates as (

    select * from {{ ref('dim_date') }}

),

stores as (

    select * from {{ ref('dim_store') }}

),

cohorts as (

    select
        store_id,
        first_channel_id,
        cohort_month,
        {{ only_currency() }} as currency,
        max(reporting_currency) as reporting_currency,
        count(*) as customer_count
    from customers
    where cohort_month is not null
    group by
        store_id,
        first_channel_id,
        cohort_month

),

-- A month in which nobody came back is a row with zeros, not a missing row.
cohort_months as (

    select
        cohorts.*,
        dates.date as month,
        dates.month_end_date <= stores.last_complete_date as is_complete_month
    from cohorts
    inner join stores
        on cohorts.store_id = stores.store_id
    inner join dates
        on
            dates.date = dates.month_start_date
            and cohorts.cohort_month <= dates.date
            and dates.date <= {{ as_of_date('stores.timezone') }}

),

-- A credit note is no order, and its money is the cohort's all the same: one that is older than the first
-- order that the shop knows of belongs to the cohort's beginning.
documents as (

    select
        customers.store_id,
        customers.first_channel_id,
        customers.cohort_month,
        greatest({{ first_day_of('month', 'orders.order_date') }}, customers.cohort_month) as month,
        case when orders.is_sales_order then orders.customer_key end as buying_customer_key,
        orders.current_net_sales_amount,
        orders.current_net_sales_amount_reporting
    from orders
    inner join customers
        on orders.customer_key = customers.customer_key
    where
        orders.is_sales_order
        or (orders.order_type <> 'order' and not orders.is_test)

),

activity as (

    select
        store_id,
        first_channel_id,
        cohort_month,
        month,
        count(distinct buying_customer_key) as active_customer_count,
        count(buying_customer_key) as order_count,
        sum(current_net_sales_amount) as net_sales_amount,
        {{ known_sum('current_net_sales_amount_reporting') }} as net_sales_amount_reporting
    from documents
    group by
        store_id,
        first_channel_id,
        cohort_month,
        month

),

monthly as (

    select
        cohort_months.store_id,
        cohort_months.first_channel_id,
        cohort_months.cohort_month,
        cohort_months.month,
        12 * (extract(year from cohort_months.month) - extract(year from cohort_months.cohort_month))
        + extract(month from cohort_months.month) - extract(month from cohort_months.cohort_month)
            as months_since_first_order,
        cohort_months.is_complete_month,
        cohort_months.customer_count,
        coalesce(activity.active_customer_count, 0) as active_customer_count,
        coalesce(activity.order_count, 0) as order_count,
        case when cohort_months.currency is not null then coalesce(activity.net_sales_amount, 0) end
            as net_sales_amount,
        case when activity.store_id is null then 0 else activity.net_sales_amount_reporting end
            as net_sales_amount_reporting,
        cohort_months.currency,
        cohort_months.reporting_currency
    from cohort_months
    left join activity
        on
            cohort_months.store_id = activity.store_id
            and cohort_months.first_channel_id = activity.first_channel_id
            and cohort_months.cohort_month = activity.cohort_month
            and cohort_months.month = activity.month

),

to_date as (

    select
        *,
        {%- for twin in twins %}
        {{ known_sum_over('net_sales_amount' ~ twin, 'so_far') }} as net_sales_amount_to_date{{ twin }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from monthly
    window so_far as (
        partition by store_id, first_channel_id, cohort_month
        order by month nulls last
        rows between unbounded preceding and current row
    )

)

select
    store_id,
    first_channel_id,
    cohort_month,
    cast(months_since_first_order as int) as months_since_first_order,
    month,
    is_complete_month,
    customer_count,
    active_customer_count,
    order_count,
    {{ ratio('active_customer_count', 'customer_count', 'customers') }} as retention_rate,
    {{ money('net_sales_amount') }} as net_sales_amount,
    {{ money('net_sales_amount_to_date') }} as net_sales_amount_to_date,
    {{ ratio('net_sales_amount_to_date', 'customer_count', 'customers') }} as net_sales_per_customer_to_date,
    currency,
    {{ money('net_sales_amount_reporting') }} as net_sales_amount_reporting,
    {{ money('net_sales_amount_to_date_reporting') }} as net_sales_amount_to_date_reporting,
    {{ ratio('net_sales_amount_to_date_reporting', 'customer_count', 'customers') }}
        as net_sales_per_customer_to_date_reporting,
    reporting_currency
from to_date
