select
    property_id,
    time_zone as timezone,
    currency_code as currency
from {{ source('ga4', 'properties') }}
