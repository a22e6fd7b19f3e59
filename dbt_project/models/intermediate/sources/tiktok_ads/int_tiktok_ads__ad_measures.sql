-- The account's total is the truth of spend; the campaigns detail it, and the ads the campaigns.
{{ report_level_measures('account', ref('stg_tiktok_ads__advertiser_reports'), link_clicks='clicks') }}

union all

{{ report_level_measures('campaign', ref('stg_tiktok_ads__campaign_reports'), link_clicks='clicks') }}

union all

{{ report_level_measures('ad', ref('stg_tiktok_ads__ad_reports'), link_clicks='clicks') }}
