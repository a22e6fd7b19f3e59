{{ source_gaps(ref('stg_meta_ads__gaps'), {
    'spend': ['account_insights'],
    'campaigns': ['campaign_insights'],
    'ads': ['ad_insights'],
    'audiences': ['ad_insights_age_gender', 'ad_insights_country', 'ad_insights_placement']
}) }}
