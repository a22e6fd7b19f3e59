{{ source_gaps(ref('stg_tiktok_ads__gaps'), {
    'spend': ['advertiser_reports'],
    'campaigns': ['campaign_reports'],
    'ads': ['ad_reports']
}) }}
