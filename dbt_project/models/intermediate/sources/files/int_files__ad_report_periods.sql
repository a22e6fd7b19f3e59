with spends as (

    select * from {{ ref('stg_files__ad_spends') }}

),

loaded_files as (

    select * from {{ ref('stg_files__loaded_files') }}

),

connected as (

    select * from {{ ref('int_connected_ad_periods') }}

)

-- A sheet is of days that are over: its last one is whole.
select
    spends.platform,
    spends.account_id,
    min(spends.account_date) as first_date,
    {{ add_days('max(spends.account_date)', 1) }} as last_date,
    max(loaded_files.loaded_at) as read_at
from spends
inner join loaded_files
    on spends.file_id = loaded_files.file_id
left join connected
    on
        spends.platform = connected.platform
        and spends.account_id = connected.account_id
where connected.account_id is null
group by
    spends.platform,
    spends.account_id
