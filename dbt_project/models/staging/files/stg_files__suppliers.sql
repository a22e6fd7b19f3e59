select
    supplier_id,
    name as supplier_name,
    country_code,
    currency,
    cast(agreed_lead_time_days as int) as agreed_lead_time_days,
    payment_terms
from {{ source('files', 'suppliers') }}
