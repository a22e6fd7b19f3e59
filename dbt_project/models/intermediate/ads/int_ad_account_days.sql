{%- set details = {'audience': ['audiences', 'places'], 'keyword': ['keywords'], 'search_term': ['search terms']} %}

with accounts as (

    select * from {{ ref('int_ad_accounts') }}

),

report_periods as (

    select * from {{ ref('int_ad_report_periods') }}

),

gaps as (

    select * from {{ ref('int_ad_gaps') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

-- Not from the periods alone: what was read of an account before they were kept has its days too.
reported as (

    {% for relation in [
        'int_ad_measures', 'int_ad_claims', 'int_ad_breakdowns', 'int_ad_keyword_measures', 'int_ad_search_terms'
    ] -%}
    select
        platform,
        account_id,
        min(account_date) as first_date,
        max(account_date) as last_date
    from {{ ref(relation) }}
    group by platform, account_id
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- endfor %}

),

periods as (

    select
        platform,
        account_id,
        min(first_date) as first_date,
        max(last_date) as last_date
    from reported
    group by platform, account_id

),

days as (

    {{ explode_dates('periods', 'first_date', 'last_date', 'account_date') }}

),

unread as (

    select
        days.platform,
        days.account_id,
        days.account_date,
        max(case when gaps.subject in ('spend', 'campaigns', 'ads', 'conversions') then 1 else 0 end) as is_spend_unread
        {%- for detail, subjects in details.items() %},
        max(case when gaps.subject in ('{{ subjects | join("', '") }}') then 1 else 0 end) as is_{{ detail }}_unread
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
        coalesce(unread.is_spend_unread, 0) = 0 as is_spend_read
        {%- for detail in details %},
        coalesce(unread.is_{{ detail }}_unread, 0) = 0 as is_{{ detail }}_read
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
    judged.is_over and judged.is_spend_read as is_complete_day
    {%- for detail in details %},
    judged.is_over and judged.is_{{ detail }}_read as is_complete_{{ detail }}_day
    {%- endfor %},
    judged.currency,
    exchange_rates.rate_to_reporting,
    {{ reporting_currency() }} as reporting_currency
from judged
left join exchange_rates
    on
        judged.currency = exchange_rates.from_currency
        and judged.account_date = exchange_rates.date
