select
    account_id,
    date_start as account_date,
    ad_id,
    action_type,
    attribution_window,
    case field when 'actions' then 'count' when 'action_values' then 'value' end as measure_kind,
    cast(value as decimal(18, 4)) as action_value,
    {{ utc_timestamp('_valid_from') }} as known_from_at,
    {{ utc_timestamp('_valid_to') }} as known_until_at,
    _valid_to is null as is_current
from {{ source('meta_ads', 'ad_insight_actions') }}
