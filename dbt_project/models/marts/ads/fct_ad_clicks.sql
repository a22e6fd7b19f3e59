with clicks as (

    select *
    from {{ ref('int_ad_clicks') }}

)

select
    {{ surrogate_key(['platform', 'account_id', 'account_date', 'click_id']) }} as ad_click_key,
    {{ campaign_key('platform', 'account_id', 'campaign_id') }} as campaign_key,
    platform,
    account_id,
    account_date,
    click_id,
    campaign_id,
    ad_group_id,
    device
from clicks
