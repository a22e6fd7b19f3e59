select
    spend_id,
    season_id,
    lower(category) as budget_category,
    subcategory as budget_subcategory,
    lower(status) as spend_status,
    {{ money('amount') }} as spend_amount,
    currency,
    spent_on as spend_date
from {{ source('files', 'season_spend') }}
