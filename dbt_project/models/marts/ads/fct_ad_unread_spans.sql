with gaps as (

    select *
    from {{ ref('int_ad_gaps') }}
    where subject in ('everything', 'spend')

),

accounts as (

    select *
    from {{ ref('dim_ad_account') }}

),

-- Of an account that is refused as a whole, what follows the last day read is missing: all days where none was read.
dated as (

    select
        gaps.platform,
        gaps.account_id,
        gaps.subject,
        coalesce(gaps.first_date, {{ add_days('accounts.last_read_date', 1) }}, date '1900-01-01') as from_date,
        coalesce(gaps.last_date, date '9999-12-31') as to_date
    from gaps
    left join accounts
        on
            gaps.platform = accounts.platform
            and gaps.account_id = accounts.account_id

)

select
    {{ surrogate_key(['platform', 'account_id', 'subject', 'from_date', 'to_date']) }} as ad_unread_span_key,
    platform,
    account_id,
    subject,
    from_date,
    to_date
from dated
