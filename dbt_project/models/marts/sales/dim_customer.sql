with accounts as (

    select * from {{ ref('int_customers') }}

),

order_customers as (

    select * from {{ ref('int_order_customers') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

identities as (

    select
        store_id,
        customer_key,
        customer_type,
        account_id,
        guest_email_hash
    from order_customers
    where customer_key is not null
    group by
        store_id,
        customer_key,
        customer_type,
        account_id,
        guest_email_hash

    union

    select
        store_id,
        customer_key,
        'account' as customer_type,
        customer_id as account_id,
        cast(null as {{ dbt.type_string() }}) as guest_email_hash
    from accounts

    union

    select
        store_id,
        customer_key,
        'unknown' as customer_type,
        cast(null as {{ dbt.type_string() }}) as account_id,
        cast(null as {{ dbt.type_string() }}) as guest_email_hash
    from ledger
    where customer_key = {{ unknown_customer_key('store_id') }}

),

-- A credit note is no order of its customer's, and its money is the customer's all the same.
documents as (

    select
        *,
        coalesce(customer_key, {{ unknown_customer_key('store_id') }}) as owner_key
    from orders
    where
        is_sales_order
        or (order_type <> 'order' and not is_test)

),

orders_by_customer as (

    select
        owner_key as customer_key,
        sum(case when is_sales_order then 1 else 0 end) as order_count,
        min(case when is_sales_order then ordered_at end) as first_ordered_at,
        min(case when is_sales_order then order_date end) as first_order_date,
        max(case when is_sales_order then order_date end) as last_order_date,
        min_by(order_key, customer_order_number) filter (where is_sales_order) as first_order_key,
        min_by(channel_id, customer_order_number) filter (where is_sales_order) as first_channel_id,
        max_by(country_code, customer_order_number) filter (where country_code is not null and is_sales_order)
            as last_country_code,
        max_by(province_code, customer_order_number) filter (where province_code is not null and is_sales_order)
            as last_province_code,
        max_by(city, customer_order_number) filter (where city is not null and is_sales_order) as last_city,
        sum(quantity) as quantity,
        sum(returned_quantity) as returned_quantity,
        sum(net_sales_amount) as net_sales_amount,
        {{ known_sum('net_sales_amount_reporting') }} as net_sales_amount_reporting,
        sum(current_net_sales_amount) as current_net_sales_amount,
        {{ known_sum('current_net_sales_amount_reporting') }} as current_net_sales_amount_reporting,
        {{ only_currency() }} as currency,
        max(reporting_currency) as reporting_currency
    from documents
    group by owner_key

)

select
    identities.customer_key,
    identities.store_id,
    identities.customer_type,
    identities.account_id as customer_id,
    coalesce(accounts.email_hash, identities.guest_email_hash) as email_hash,
    accounts.account_state,
    accounts.email_marketing_state,
    accounts.email_marketing_updated_at,
    accounts.sms_marketing_state,
    accounts.tags,
    coalesce(accounts.country_code, orders_by_customer.last_country_code) as country_code,
    coalesce(accounts.province_code, orders_by_customer.last_province_code) as province_code,
    coalesce(accounts.city, orders_by_customer.last_city) as city,
    accounts.created_at as account_created_at,
    orders_by_customer.first_order_key,
    orders_by_customer.first_ordered_at,
    orders_by_customer.first_order_date,
    {{ first_day_of('month', 'orders_by_customer.first_order_date') }} as cohort_month,
    orders_by_customer.first_channel_id,
    orders_by_customer.last_order_date,
    cast(coalesce(orders_by_customer.order_count, 0) as int) as order_count,
    cast(coalesce(orders_by_customer.quantity, 0) as decimal(18, 4)) as quantity,
    cast(
        case when orders_by_customer.customer_key is null then 0 else orders_by_customer.returned_quantity end
        as decimal(18, 4)
    ) as returned_quantity,
    {%- for amount in ['net_sales_amount', 'current_net_sales_amount'] %}
        case
            when orders_by_customer.customer_key is null then 0
            when orders_by_customer.currency is not null then {{ money('orders_by_customer.' ~ amount) }}
        end as {{ amount }},
    {%- endfor %}
    orders_by_customer.currency,
    {%- for amount in ['net_sales_amount_reporting', 'current_net_sales_amount_reporting'] %}
    case when orders_by_customer.customer_key is null then 0 else {{ money('orders_by_customer.' ~ amount) }} end
        as {{ amount }},
    {%- endfor %}
    orders_by_customer.reporting_currency,
    cast(accounts.source_order_count as int) as source_order_count
from identities
left join accounts
    on
        identities.store_id = accounts.store_id
        and identities.account_id = accounts.customer_id
left join orders_by_customer
    on identities.customer_key = orders_by_customer.customer_key
