with people as (

    select * from {{ ref('stg_toy_shop__people') }}

)

select
    store_id,
    customer_id,
    {{ hashed_pii('email') }} as email_hash,
    cast(null as {{ dbt.type_string() }}) as account_state,
    cast(null as {{ dbt.type_string() }}) as email_marketing_state,
    cast(null as timestamp) as email_marketing_updated_at,
    cast(null as {{ dbt.type_string() }}) as sms_marketing_state,
    cast(null as {{ dbt.type_string() }}) as tags,
    cast(null as {{ dbt.type_string() }}) as country_code,
    cast(null as {{ dbt.type_string() }}) as province_code,
    cast(null as {{ dbt.type_string() }}) as city,
    cast(null as int) as source_order_count,
    created_at
from people
