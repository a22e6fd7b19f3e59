select
    date,
    currency,
    rate
from {{ source('ecb', 'reference_rates') }}
