with bounds as (

    select *
    from {{ ref('int_calendar_bounds') }}

),

dates as (

    {{ explode_dates('bounds', 'first_date', 'last_date', 'date') }}

),

events as (

    select *
    from {{ ref('int_calendar_events') }}

),

events_by_date as (

    select
        date,
        max(case when country_code = 'US' and event_type = 'public_holiday' then event_name end) as us_holiday_name,
        max(case when country_code = 'DE' and event_type = 'public_holiday' then event_name end) as de_holiday_name,
        max(case when country_code = 'GB' and event_type = 'public_holiday' then event_name end) as gb_holiday_name,
        {{ string_agg(
            "case when event_type = 'retail_event' then event_name"
            ~ " || case when country_code = 'ALL' then '' else ' (' || country_code || ')' end end",
            ', ',
            'event_name, country_code'
        ) }} as retail_event_names
    from events
    group by date

)

select
    dates.date,
    cast(extract(year from dates.date) as int) as year,
    cast(extract(quarter from dates.date) as int) as quarter,
    cast(extract(month from dates.date) as int) as month,
    {{ month_name('dates.date') }} as month_name,
    cast(extract(day from dates.date) as int) as day_of_month,
    {{ days_between(first_day_of('year', 'dates.date'), 'dates.date') }} + 1 as day_of_year,
    {{ iso_year('dates.date') }} as iso_year,
    {{ iso_week('dates.date') }} as iso_week,
    {{ iso_day_of_week('dates.date') }} as iso_day_of_week,
    {{ day_name('dates.date') }} as day_name,
    {{ iso_day_of_week('dates.date') }} >= 6 as is_weekend,
    {{ first_day_of('week', 'dates.date') }} as week_start_date,
    {{ first_day_of('month', 'dates.date') }} as month_start_date,
    last_day(dates.date) as month_end_date,
    {{ first_day_of('quarter', 'dates.date') }} as quarter_start_date,
    {{ first_day_of('year', 'dates.date') }} as year_start_date,
    {{ add_days('dates.date', -364) }} as same_weekday_last_year_date,
    {{ is_complete_day('dates.date', "'UTC'") }} as is_past,
    events_by_date.us_holiday_name,
    events_by_date.de_holiday_name,
    events_by_date.gb_holiday_name,
    events_by_date.retail_event_names
from dates
left join events_by_date
    on dates.date = events_by_date.date
