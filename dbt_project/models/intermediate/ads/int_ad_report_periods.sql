with meta_periods as (

    select *
    from {{ ref('stg_meta_ads__report_periods') }}

),

google_periods as (

    select *
    from {{ ref('stg_google_ads__report_periods') }}

),

measures as (

    select *
    from {{ ref('int_ad_measures') }}
    where is_current

),

days_read as (

    select
        'meta_ads' as platform,
        account_id,
        first_date,
        last_date,
        read_at
    from meta_periods

    union all

    select
        'google_ads' as platform,
        account_id,
        first_date,
        last_date,
        read_at
    from google_periods

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
    from measures
    group by platform, account_id

),

accounts as (

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
    accounts.platform,
    accounts.account_id,
    coalesce(
        least(days_read.first_date, days_reported.first_date), days_read.first_date, days_reported.first_date
    ) as first_date,
    coalesce(days_read.last_date, days_reported.last_date) as last_date,
    -- A load brings all accounts of a platform or none, so one that the last load passed over was left out on purpose.
    platforms_read.read_at is null or coalesce(days_read.read_at = platforms_read.read_at, false) as is_still_read
from accounts
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
