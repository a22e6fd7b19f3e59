with conversions as (

    select *
    from {{ ref('fct_ad_conversions_daily') }}
    where
        measure = 'unmapped'
        and all_conversions <> 0

),

breakdowns as (

    select *
    from {{ ref('fct_ad_breakdown_daily') }}
    where country_code like 'unmapped%'

),

-- Orders of a channel that the seed does not know are in channel other.
orders as (

    select *
    from {{ ref('fct_orders') }}
    where
        channel_id = 'other'
        and source_name is not null
        and not is_test

),

return_lines as (

    select * from {{ ref('fct_return_lines') }}

),

returns as (

    select * from {{ ref('fct_returns') }}

),

stores as (

    select * from {{ ref('dim_store') }}

),

reason_mapping as (

    select * from {{ ref('return_reason_mapping') }}

),

found as (

    select
        platform as source,
        account_id,
        'conversion action' as value_kind,
        action_name as unmapped_value,
        account_date,
        all_conversions as quantity,
        conversion_value as amount,
        currency,
        'conversion_actions' as mapped_in
    from conversions

    union all

    select
        platform as source,
        account_id,
        'country' as value_kind,
        country_code as unmapped_value,
        account_date,
        cast(clicks as decimal(18, 4)) as quantity,
        spend_amount as amount,
        currency,
        platform || '_countries' as mapped_in
    from breakdowns

    union all

    select
        platform as source,
        store_id as account_id,
        'channel' as value_kind,
        source_name as unmapped_value,
        order_date as account_date,
        cast(1 as decimal(18, 4)) as quantity,
        net_sales_amount as amount,
        currency,
        'channel_mapping' as mapped_in
    from orders

    union all

    select
        stores.shop_platform as source,
        return_lines.store_id as account_id,
        'return reason' as value_kind,
        return_lines.source_reason as unmapped_value,
        returns.requested_date as account_date,
        return_lines.quantity,
        return_lines.refunded_line_amount as amount,
        return_lines.currency,
        'return_reason_mapping' as mapped_in
    from return_lines
    inner join returns
        on return_lines.return_key = returns.return_key
    inner join stores
        on return_lines.store_id = stores.store_id
    left join reason_mapping
        on {{ reason_handle('return_lines.source_reason') }} = reason_mapping.source_reason
    where
        return_lines.source_reason is not null
        and reason_mapping.source_reason is null

)

select
    {{ surrogate_key(['source', 'account_id', 'value_kind', 'unmapped_value']) }} as unmapped_value_key,
    source,
    account_id,
    value_kind,
    unmapped_value,
    min(account_date) as first_date,
    max(account_date) as last_date,
    cast(sum(quantity) as decimal(18, 4)) as quantity,
    case when {{ only_currency() }} is not null then cast(sum(amount) as decimal(18, 4)) end as amount,
    {{ only_currency() }} as currency,
    mapped_in
from found
group by source, account_id, value_kind, unmapped_value, mapped_in
