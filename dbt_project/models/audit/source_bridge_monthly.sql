{{ config(materialized='view') }}

with bridge as (

    select * from {{ ref('source_bridge') }}

)

select
    source,
    store_id,
    month,
    figure,
    position,
    component,
    component_name,
    currency,
    {{ money('sum(amount)') }} as amount
from bridge
group by
    source,
    store_id,
    month,
    figure,
    position,
    component,
    component_name,
    currency
