with ads as (

    select *
    from {{ ref('int_ads') }}

),

ad_groups as (

    select *
    from {{ ref('int_ad_groups') }}

),

creatives as (

    select *
    from {{ ref('int_ad_creatives') }}

)

select
    {{ surrogate_key(['ads.platform', 'ads.account_id', 'ads.ad_group_id', 'ads.ad_id']) }} as ad_key,
    {{ campaign_key('ads.platform', 'ads.account_id', 'ads.campaign_id') }} as campaign_key,
    ads.platform,
    ads.account_id,
    ads.campaign_id,
    ads.ad_group_id,
    ad_groups.ad_group_name,
    ads.ad_id,
    ads.ad_name,
    creatives.headline,
    creatives.body_text,
    creatives.ad_format,
    creatives.call_to_action,
    creatives.landing_url
from ads
left join ad_groups
    on
        ads.platform = ad_groups.platform
        and ads.account_id = ad_groups.account_id
        and ads.ad_group_id = ad_groups.ad_group_id
left join creatives
    on
        ads.platform = creatives.platform
        and ads.account_id = creatives.account_id
        and ads.ad_group_id = creatives.ad_group_id
        and ads.ad_id = creatives.ad_id
