select
    spends.currency,
    min(spends.spend_date) as first_date,
    max(spends.spend_date) as last_date,
    count(*) as entries
from {{ ref('fct_season_spends') }} as spends
where
    spends.spend_amount <> 0
    and spends.spend_amount_reporting is null
group by spends.currency
