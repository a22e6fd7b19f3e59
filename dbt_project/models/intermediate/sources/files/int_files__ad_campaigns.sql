with spends as (

    select * from {{ ref('stg_files__ad_spends') }}

),

connected as (

    select * from {{ ref('int_connected_ad_campaigns') }}

)

select
    spends.platform,
    spends.account_id,
    spends.campaign_id,
    max(spends.campaign_name) as campaign_name,
    cast(null as {{ dbt.type_string() }}) as status,
    cast(null as {{ dbt.type_string() }}) as campaign_type,
    cast(null as date) as start_date,
    cast(null as date) as end_date,
    cast(null as decimal(18, 4)) as daily_budget_amount,
    cast(null as decimal(18, 4)) as lifetime_budget_amount
from spends
left join connected
    on
        spends.platform = connected.platform
        and spends.account_id = connected.account_id
        and spends.campaign_id = connected.campaign_id
where connected.campaign_id is null
group by
    spends.platform,
    spends.account_id,
    spends.campaign_id
