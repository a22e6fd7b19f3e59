with spends as (

    select * from {{ ref('stg_files__ad_spends') }}

),

connected as (

    select * from {{ ref('int_connected_ad_periods') }}

)

-- A sheet names no time zone: its days are days.
select
    spends.platform,
    spends.account_id,
    max(spends.account_name) as account_name,
    max(spends.currency) as currency,
    'UTC' as timezone
from spends
left join connected
    on
        spends.platform = connected.platform
        and spends.account_id = connected.account_id
where connected.account_id is null
group by
    spends.platform,
    spends.account_id
