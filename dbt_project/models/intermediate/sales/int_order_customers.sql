with orders as (

    select * from {{ ref('int_orders') }}

),

customers as (

    select * from {{ ref('int_customers') }}

),

-- An e-mail that several accounts share says of no guest which of them he is: the oldest account (lowest id) takes him.
accounts_by_email as (

    select
        store_id,
        email_hash,
        min(customer_id) as customer_id
    from customers
    where email_hash is not null
    group by
        store_id,
        email_hash

),

identified as (

    select
        orders.store_id,
        orders.order_id,
        coalesce(orders.customer_id, accounts_by_email.customer_id) as account_id,
        orders.email_hash,
        case
            when coalesce(orders.customer_id, accounts_by_email.customer_id) is not null then 'account'
            when orders.email_hash is not null then 'guest'
            when orders.order_type = 'order' then 'anonymous'
        end as customer_type
    from orders
    left join accounts_by_email
        on
            orders.store_id = accounts_by_email.store_id
            -- A condition on one side alone would make DuckDB compare every order with every account.
            and case when orders.customer_id is null then orders.email_hash end = accounts_by_email.email_hash

),

named as (

    select
        *,
        case customer_type
            when 'account' then account_id
            when 'guest' then email_hash
            when 'anonymous' then order_id
        end as identity_id
    from identified

),

final as (

    select
        store_id,
        order_id,
        customer_type,
        account_id,
        case when customer_type = 'guest' then email_hash end as guest_email_hash,
        case
            when customer_type is not null then {{ customer_key('store_id', 'customer_type', 'identity_id') }}
        end as customer_key
    from named

)

select * from final
