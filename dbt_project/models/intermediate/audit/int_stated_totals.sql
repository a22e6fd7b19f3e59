{{ union_of_sources('stated_totals', [
    'source', 'store_id', 'entity_type', 'entity_id', 'category', 'measure', 'currency', 'date', 'value'
]) }}
