{%- set details = {
    'spend': "'spend', 'campaigns', 'ads', 'conversions'",
    'audience': "'audiences', 'places'",
    'keyword': "'keywords'",
    'search_term': "'search terms'"
} %}

with accounts as (

    select * from {{ ref('int_ad_accounts') }}

),

report_periods as (

    select * from {{ ref('int_ad_report_periods') }}

),

reported_periods as (

    select * from {{ ref('int_ad_reported_periods') }}

),

gaps as (

    select * from {{ ref('int_ad_gaps') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

days as (

    {{ explode_dates('reported_periods', 'first_date', 'last_date', 'account_date') }}

),

unread as (

    select
        days.platform,
        days.account_id,
        days.account_date,
        {%- for detail, subjects in details.items() %}
        max(case when gaps.subject in ({{ subjects }}) then 1 else 0 end) as is_{{ detail }}_unread
        {{- ',' if not loop.last }}
        {%- endfor %}
    from days
    inner join gaps
        on
            days.platform = gaps.platform
            and days.account_id = gaps.account_id
            and days.account_date between gaps.first_date and gaps.last_date
    group by days.platform, days.account_id, days.account_date

),

-- The last day that was read was not over then, however long ago that was.
judged as (

    select
        days.platform,
        days.account_id,
        days.account_date,
        accounts.timezone,
        accounts.currency,
        {{ is_complete_day('days.account_date', "coalesce(accounts.timezone, 'UTC')") }}
        and days.account_date < coalesce(report_periods.last_date, date '9999-12-31') as is_over,
        {%- for detail in details %}
        coalesce(unread.is_{{ detail }}_unread, 0) = 0 as is_{{ detail }}_read
        {{- ',' if not loop.last }}
        {%- endfor %}
    from days
    left join accounts
        on
            days.platform = accounts.platform
            and days.account_id = accounts.account_id
    left join report_periods
        on
            days.platform = report_periods.platform
            and days.account_id = report_periods.account_id
    left join unread
        on
            days.platform = unread.platform
            and days.account_id = unread.account_id
            and days.account_date = unread.account_date

)

select
    judged.platform,
    judged.account_id,
    judged.account_date,
    judged.timezone,
    {%- for detail in details %}
    judged.is_over and judged.is_{{ detail }}_read as is_complete_{{ detail }}_day,
    {%- endfor %}
    judged.currency,
    exchange_rates.rate_to_reporting,
    {{ reporting_currency() }} as reporting_currency
from judged
left join exchange_rates
    on
        judged.currency = exchange_rates.from_currency
        and judged.account_date = exchange_rates.date
