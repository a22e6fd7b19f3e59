select
    store_id,
    date as visit_date,
    referrer_source,
    session_count,
    visitor_count,
    cart_session_count,
    checkout_session_count,
    completed_session_count
from {{ source('shopify', 'store_sessions') }}
