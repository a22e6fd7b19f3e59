{{ config(materialized='view') }}

with measures as (

    select *
    from {{ ref('int_ad_measures') }}
    where is_current

),

levels as (

    select
        platform,
        account_id,
        account_date,
        campaign_id,
        report_level,
        spend_amount,
        max(case when report_level = 'account' then 1 else 0 end) over (
            partition by platform, account_id, account_date
        ) = 1 as has_account_total,
        max(case when report_level = 'campaign' then 1 else 0 end) over (
            partition by platform, account_id, account_date, campaign_id
        ) = 1 as has_campaign_total
    from measures

)

select
    platform,
    account_id,
    account_date,
    cast(sum(spend_amount) as decimal(18, 4)) as spend_amount
from levels
where
    report_level = 'account'
    or (not has_account_total and (report_level = 'campaign' or not has_campaign_total))
group by platform, account_id, account_date
