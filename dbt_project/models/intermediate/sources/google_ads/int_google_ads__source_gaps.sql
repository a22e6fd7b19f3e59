{{ source_gaps(ref('stg_google_ads__gaps'), {
    'spend': ['customer_stats'],
    'campaigns': ['campaign_stats'],
    'ads': ['ad_group_stats', 'ad_stats'],
    'keywords': ['keyword_stats'],
    'search terms': ['search_term_stats'],
    'places': ['geo_stats'],
    'conversions': ['campaign_conversions'],
    'clicks': ['click_view']
}) }}
