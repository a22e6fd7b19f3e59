with applications as (

    select * from {{ ref('stg_shopify__discount_applications') }}

),

allocations as (

    select * from {{ ref('stg_shopify__discount_allocations') }}

),

order_lines as (

    select * from {{ ref('int_shopify__order_lines') }}

),

order_shipping as (

    select * from {{ ref('int_shopify__order_shipping') }}

),

-- Shares are told with tax where prices are; the line's discount without tax is split as they are.
shares as (

    select
        allocations.store_id,
        allocations.order_id,
        allocations.application_index,
        {{ money_from_double(safe_divide(
            'order_lines.line_discount_amount * allocations.allocated_amount',
            'sum(allocations.allocated_amount) over (partition by allocations.store_id, allocations.order_line_id)'
        )) }} as discount_amount
    from allocations
    inner join order_lines
        on
            allocations.store_id = order_lines.store_id
            and allocations.order_line_id = order_lines.order_line_id

),

shares_by_application as (

    select
        store_id,
        order_id,
        application_index,
        count(*) as line_count,
        sum(discount_amount) as discount_amount
    from shares
    group by
        store_id,
        order_id,
        application_index

),

-- Nothing tells the shares of several discounts on one order's shipping.
counted as (

    select
        *,
        sum(case when target_type = 'SHIPPING_LINE' then 1 else 0 end) over (
            partition by store_id, order_id
        ) as shipping_discount_count
    from applications

)

select
    counted.store_id,
    counted.order_id,
    counted.application_index + 1 as discount_number,
    case counted.application_type
        when 'DiscountCodeApplication' then 'code'
        when 'AutomaticDiscountApplication' then 'automatic'
        when 'ManualDiscountApplication' then 'manual'
        when 'ScriptDiscountApplication' then 'script'
        else 'unknown'
    end as discount_type,
    upper(trim(counted.code)) as discount_code,
    coalesce(counted.title, counted.code) as discount_name,
    case when counted.target_type = 'SHIPPING_LINE' then 'shipping' else 'goods' end as discounted,
    cast(counted.value_percentage / 100 as decimal(9, 6)) as discount_rate,
    counted.value_amount as fixed_amount,
    counted.value_currency as fixed_amount_currency,
    coalesce(shares_by_application.line_count, 0) as line_count,
    case
        when counted.target_type <> 'SHIPPING_LINE'
            then {{ money('coalesce(shares_by_application.discount_amount, 0)') }}
        when counted.shipping_discount_count = 1 then order_shipping.shipping_discount_amount
    end as discount_amount
from counted
left join shares_by_application
    on
        counted.store_id = shares_by_application.store_id
        and counted.order_id = shares_by_application.order_id
        and counted.application_index = shares_by_application.application_index
left join order_shipping
    on
        counted.store_id = order_shipping.store_id
        and counted.order_id = order_shipping.order_id
