{{ source_gaps(ref('stg_ga4__gaps'), {
    'sessions': ['traffic'],
    'pages': ['landing_pages'],
    'events': ['events'],
    'visitors': ['visitors']
}) }}
