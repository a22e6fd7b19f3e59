-- The account's total is the truth of spend; the campaigns detail it, and the ads the campaigns.
{{ report_level_measures('account', ref('stg_meta_ads__account_insights'), link_clicks='link_clicks') }}

union all

{{ report_level_measures('campaign', ref('stg_meta_ads__campaign_insights'), link_clicks='link_clicks') }}

union all

{{ report_level_measures('ad', ref('stg_meta_ads__ad_insights'), link_clicks='link_clicks') }}
