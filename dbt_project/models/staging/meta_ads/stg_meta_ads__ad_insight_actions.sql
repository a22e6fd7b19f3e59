select
    account_id,
    date_start as account_date,
    ad_id,
    action_type,
    attribution_window,
    case field when 'actions' then 'count' when 'action_values' then 'value' end as measure_kind,
    cast(value as decimal(18, 4)) as action_value,
    {{ version_columns() }}
from {{ source('meta_ads', 'ad_insight_actions') }}
