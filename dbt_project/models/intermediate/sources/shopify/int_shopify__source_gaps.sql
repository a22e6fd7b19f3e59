{{ source_gaps(ref('stg_shopify__gaps'), {
    'older orders': ['orders'],
    'payouts': ['payouts'],
    'sessions': ['store_sessions']
}) }}
