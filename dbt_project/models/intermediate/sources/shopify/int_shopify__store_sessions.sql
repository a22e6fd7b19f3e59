with sessions as (

    select * from {{ ref('stg_shopify__store_sessions') }}

)

select
    store_id,
    visit_date,
    case when referrer_source = '' then 'unknown' else referrer_source end as referrer_source,
    session_count,
    visitor_count,
    cart_session_count,
    checkout_session_count,
    completed_session_count
from sessions
