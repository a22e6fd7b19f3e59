{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with performance as (

    select * from {{ ref('fct_ad_performance_daily') }}

),

by_account as (

    select
        platform as source,
        account_id as store_id,
        account_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        currency,
        account_date as date,
        sum(spend_amount) as spend_amount,
        sum(impressions) as impressions
    from performance
    group by
        platform,
        account_id,
        currency,
        account_date

),

by_campaign as (

    select
        platform as source,
        account_id as store_id,
        campaign_id as entity_id,
        cast(null as {{ dbt.type_string() }}) as category,
        currency,
        account_date as date,
        sum(spend_amount) as spend_amount,
        sum(impressions) as impressions
    from performance
    where campaign_id is not null
    group by
        platform,
        account_id,
        campaign_id,
        currency,
        account_date

)

{{ totals('by_account', 'ad_accounts', ['spend_amount', 'impressions']) }}

union all

{{ totals('by_campaign', 'ad_campaigns', ['spend_amount', 'impressions']) }}
