with stores as (

    select * from {{ ref('int_stores') }}

)

-- A file tells nothing of the days after it: who waited for the next one might wait for ever.
select
    coalesce(
        min(case when is_read then last_complete_date end), max(last_complete_date)
    ) as last_complete_date
from stores
