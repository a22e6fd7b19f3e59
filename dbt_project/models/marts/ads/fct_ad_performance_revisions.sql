-- A version adds its figures at the instant it became known and takes them off at the instant it was replaced; the
-- running total over these instants is what the platform said in between.
with measures as (

    select *
    from {{ ref('int_ad_performance') }}

),

accounts as (

    select *
    from {{ ref('int_ad_accounts') }}

),

changes as (

    select
        platform,
        account_id,
        campaign_id,
        account_date,
        known_from_at as known_at,
        impressions,
        clicks,
        spend_amount,
        claimed_conversions,
        claimed_conversion_value
    from measures

    union all

    select
        platform,
        account_id,
        campaign_id,
        account_date,
        known_until_at as known_at,
        -impressions as impressions,
        -clicks as clicks,
        -spend_amount as spend_amount,
        -claimed_conversions as claimed_conversions,
        -claimed_conversion_value as claimed_conversion_value
    from measures
    where known_until_at is not null

),

changes_by_instant as (

    select
        platform,
        account_id,
        campaign_id,
        account_date,
        known_at,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(spend_amount) as spend_amount,
        sum(claimed_conversions) as claimed_conversions,
        sum(claimed_conversion_value) as claimed_conversion_value
    from changes
    group by platform, account_id, campaign_id, account_date, known_at
    having
        sum(impressions) <> 0
        or sum(clicks) <> 0
        or sum(spend_amount) <> 0
        or coalesce(sum(claimed_conversions), 0) <> 0
        or coalesce(sum(claimed_conversion_value), 0) <> 0

),

states as (

    select
        platform,
        account_id,
        campaign_id,
        account_date,
        known_at as known_from_at,
        lead(known_at) over (
            partition by platform, account_id, campaign_id, account_date
            order by known_at nulls last
        ) as known_until_at,
        row_number() over (
            partition by platform, account_id, campaign_id, account_date
            order by known_at nulls last
        ) as revision_number,
        sum(impressions) over (
            partition by platform, account_id, campaign_id, account_date
            order by known_at nulls last
            rows between unbounded preceding and current row
        ) as impressions,
        sum(clicks) over (
            partition by platform, account_id, campaign_id, account_date
            order by known_at nulls last
            rows between unbounded preceding and current row
        ) as clicks,
        sum(spend_amount) over (
            partition by platform, account_id, campaign_id, account_date
            order by known_at nulls last
            rows between unbounded preceding and current row
        ) as spend_amount,
        sum(claimed_conversions) over (
            partition by platform, account_id, campaign_id, account_date
            order by known_at nulls last
            rows between unbounded preceding and current row
        ) as claimed_conversions,
        sum(claimed_conversion_value) over (
            partition by platform, account_id, campaign_id, account_date
            order by known_at nulls last
            rows between unbounded preceding and current row
        ) as claimed_conversion_value
    from changes_by_instant

)

select
    {{ surrogate_key([
        'states.platform', 'states.account_id', 'states.campaign_id', 'states.account_date', 'states.known_from_at'
    ]) }} as ad_performance_revision_key,
    {{ campaign_key('states.platform', 'states.account_id', 'states.campaign_id') }} as campaign_key,
    states.platform,
    states.account_id,
    states.campaign_id,
    states.account_date,
    cast(states.revision_number as int) as revision_number,
    states.known_from_at,
    states.known_until_at,
    states.known_until_at is null as is_current,
    {{ days_between('states.account_date', local_date('states.known_from_at', "coalesce(accounts.timezone, 'UTC')")) }}
        as days_after_account_date,
    cast(states.impressions as bigint) as impressions,
    cast(states.clicks as bigint) as clicks,
    cast(states.spend_amount as decimal(18, 4)) as spend_amount,
    cast(states.claimed_conversions as decimal(18, 4)) as claimed_conversions,
    cast(states.claimed_conversion_value as decimal(18, 4)) as claimed_conversion_value,
    accounts.currency
from states
left join accounts
    on
        states.platform = accounts.platform
        and states.account_id = accounts.account_id
