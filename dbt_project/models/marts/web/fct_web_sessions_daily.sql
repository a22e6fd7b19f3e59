with sessions as (select * from {{ ref('int_web_sessions') }})

select
    analytics,
    property_id,
    visit_date,
    web_channel,
    session_source,
    session_medium,
    session_campaign,
    currency,
    session_count,
    engaged_session_count,
    user_count,
    new_user_count,
    purchase_count,
    purchase_revenue_amount,
    is_complete_day,
    is_partial_answer
from sessions
