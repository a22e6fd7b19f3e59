select
    account_id,
    ad_group_id,
    ad_id,
    cast(null as {{ dbt.type_string() }}) as headline,
    ad_text as body_text,
    ad_format,
    cast(null as {{ dbt.type_string() }}) as call_to_action,
    landing_page_url as landing_url
from {{ ref('stg_tiktok_ads__ads') }}
