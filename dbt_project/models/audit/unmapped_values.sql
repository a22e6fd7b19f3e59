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
    cast(sum(amount) as decimal(18, 4)) as amount,
    max(currency) as currency,
    mapped_in
from found
group by source, account_id, value_kind, unmapped_value, mapped_in
