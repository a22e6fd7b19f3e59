with ads as (

    select * from {{ ref('stg_meta_ads__ads') }}

),

creatives as (

    select * from {{ ref('stg_meta_ads__creatives') }}

)

select
    ads.account_id,
    ads.ad_group_id,
    ads.ad_id,
    creatives.title as headline,
    creatives.body as body_text,
    creatives.creative_format as ad_format,
    creatives.call_to_action,
    cast(null as {{ dbt.type_string() }}) as landing_url
from ads
inner join creatives
    on
        ads.account_id = creatives.account_id
        and ads.creative_id = creatives.creative_id
