select
    account_id,
    ad_group_id,
    ad_id,
    headlines as headline,
    cast(null as {{ dbt.type_string() }}) as body_text,
    ad_type as ad_format,
    cast(null as {{ dbt.type_string() }}) as call_to_action,
    final_url as landing_url
from {{ ref('stg_google_ads__ads') }}
