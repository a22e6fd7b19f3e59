{{ config(materialized='view') }}

with stated as (

    {{ union_of_sources('stores', ['store_id', 'read_until']) }}

)

select
    store_id,
    max(read_until) as read_until
from stated
group by store_id
