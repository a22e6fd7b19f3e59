select
    from_currency,
    to_currency,
    valid_from as valid_from_date,
    rate
from {{ source('files', 'exchange_rates') }}
