{{ source_gaps(ref('stg_census__gaps'), {
    'retail': ['eits_retail'],
    'areas': ['acs_zcta']
}) }}
