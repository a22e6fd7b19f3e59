{{ config(materialized='ephemeral') }}

with measures as (

    select *
    from {{ ref('int_ad_measures') }}
    where is_current

),

accounts as (

    select * from {{ ref('int_ad_accounts') }}

),

stated as (

    select
        measures.*,
        accounts.currency,
        max(case when measures.report_level = 'account' then 1 else 0 end) over (
            partition by measures.platform, measures.account_id, measures.account_date
        ) = 1 as has_account_total,
        max(case when measures.report_level = 'campaign' then 1 else 0 end) over (
            partition by measures.platform, measures.account_id, measures.account_date, measures.campaign_id
        ) = 1 as has_campaign_total
    from measures
    left join accounts
        on
            measures.platform = accounts.platform
            and measures.account_id = accounts.account_id

),

-- A platform of which no report of the account was read is held to the highest that was.
of_accounts as (

    select
        platform as source,
        account_id as store_id,
        account_id as entity_id,
        case when report_level <> 'account' then 'no_account_total' end as category,
        currency,
        account_date as date,
        sum(spend_amount) as spend_amount,
        sum(impressions) as impressions
    from stated
    where
        report_level = 'account'
        or (not has_account_total and (report_level = 'campaign' or not has_campaign_total))
    group by
        platform,
        account_id,
        case when report_level <> 'account' then 'no_account_total' end,
        currency,
        account_date

),

of_campaigns as (

    select
        platform as source,
        account_id as store_id,
        campaign_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        currency,
        account_date as date,
        sum(spend_amount) as spend_amount,
        sum(impressions) as impressions
    from stated
    where
        campaign_id is not null
        and (report_level = 'campaign' or not has_campaign_total)
    group by
        platform,
        account_id,
        campaign_id,
        currency,
        account_date

)

{{ totals('of_accounts', 'ad_accounts', ['spend_amount', 'impressions']) }}

union all

{{ totals('of_campaigns', 'ad_campaigns', ['spend_amount', 'impressions']) }}
