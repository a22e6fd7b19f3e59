with spends as (

    select * from {{ ref('stg_files__ad_spends') }}

)

-- A sheet names no time zone: its days are days.
select
    platform,
    account_id,
    max(account_name) as account_name,
    max(currency) as currency,
    'UTC' as timezone
from spends
group by
    platform,
    account_id
