with listed as (

    select * from {{ ref('int_ad_accounts') }}

),

days_read as (

    select * from {{ ref('int_ad_report_periods') }}

),

performance as (

    select * from {{ ref('int_ad_performance') }}
    where is_current

),

platforms_read as (

    select
        platform,
        max(read_at) as read_at
    from days_read
    group by platform

),

days_reported as (

    select
        platform,
        account_id,
        min(account_date) as first_date,
        max(account_date) as last_date
    from performance
    group by platform, account_id

),

-- An account that was closed may be listed no longer, and one that was never read may be listed.
accounts as (

    select
        platform,
        account_id
    from listed

    union

    select
        platform,
        account_id
    from days_read

    union

    select
        platform,
        account_id
    from days_reported

)

select
    {{ surrogate_key(['accounts.platform', 'accounts.account_id']) }} as ad_account_key,
    accounts.platform,
    accounts.account_id,
    listed.account_name,
    listed.currency,
    listed.timezone,
    coalesce(
        least(days_read.first_date, days_reported.first_date), days_read.first_date, days_reported.first_date
    ) as first_read_date,
    coalesce(days_read.last_date, days_reported.last_date) as last_read_date,
    -- A load brings all accounts of a platform or none, so one that the last load passed over was left out on purpose.
    platforms_read.read_at is null or coalesce(days_read.read_at = platforms_read.read_at, false) as is_still_read
from accounts
left join listed
    on
        accounts.platform = listed.platform
        and accounts.account_id = listed.account_id
left join days_read
    on
        accounts.platform = days_read.platform
        and accounts.account_id = days_read.account_id
left join days_reported
    on
        accounts.platform = days_reported.platform
        and accounts.account_id = days_reported.account_id
left join platforms_read
    on accounts.platform = platforms_read.platform
