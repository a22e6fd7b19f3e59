with sessions as (

    select * from {{ ref('int_store_sessions') }}

)

select
    platform,
    store_id,
    visit_date,
    referrer_source,
    cast(session_count as bigint) as session_count,
    cast(visitor_count as bigint) as visitor_count,
    cast(cart_session_count as bigint) as cart_session_count,
    cast(checkout_session_count as bigint) as checkout_session_count,
    cast(completed_session_count as bigint) as completed_session_count,
    {{ ratio('completed_session_count', 'session_count', 'sessions') }} as conversion_rate
from sessions
