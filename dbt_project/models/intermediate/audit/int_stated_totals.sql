with ad_totals as (

    select * from {{ ref('int_ad_stated_totals') }}

),

stock_totals as (

    select * from {{ ref('int_stock_stated_totals') }}

)

{{ union_of_sources('stated_totals', [
    'source', 'store_id', 'entity_type', 'entity_id', 'category', 'measure', 'currency', 'date', 'value'
]) }}
{%- for relation in ['ad_totals', 'stock_totals'] %}

union all

select
    source,
    store_id,
    entity_type,
    entity_id,
    category,
    measure,
    currency,
    date,
    value
from {{ relation }}
{%- endfor %}
