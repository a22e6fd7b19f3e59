with spends as (

    select * from {{ ref('stg_files__ad_spends') }}

)

select
    platform,
    account_id,
    campaign_id,
    max(campaign_name) as campaign_name,
    cast(null as {{ dbt.type_string() }}) as status,
    cast(null as {{ dbt.type_string() }}) as campaign_type,
    cast(null as date) as start_date,
    cast(null as date) as end_date,
    cast(null as decimal(18, 4)) as daily_budget_amount,
    cast(null as decimal(18, 4)) as lifetime_budget_amount
from spends
group by
    platform,
    account_id,
    campaign_id
