with bounds as (

    select *
    from {{ ref('int_calendar_bounds') }}

),

dates as (

    {{ explode_dates('bounds', 'first_date', 'last_date', 'date') }}

),

rules as (

    select *
    from {{ ref('calendar_event_rules') }}

),

years as (

    select distinct cast(extract(year from date) as int) as year
    from dates

),

-- Easter Sunday of the Gregorian calendar: Meeus, Astronomical Algorithms, chapter 8 (after Butcher, 1876).
easter_cycle as (

    select
        year,
        year % 19 as golden_number,
        cast(floor(year / 100) as int) as century,
        year % 100 as year_of_century
    from years

),

easter_epact as (

    select
        year,
        golden_number,
        year_of_century,
        century % 4 as century_of_four,
        cast(floor(year_of_century / 4) as int) as leap_years,
        year_of_century % 4 as year_of_four,
        (
            19 * golden_number
            + century
            - cast(floor(century / 4) as int)
            - cast(floor((century - cast(floor((century + 8) / 25) as int) + 1) / 3) as int)
            + 15
        ) % 30 as full_moon
    from easter_cycle

),

easter_weekday as (

    select
        year,
        golden_number,
        full_moon,
        (32 + 2 * century_of_four + 2 * leap_years - full_moon - year_of_four) % 7 as days_to_sunday
    from easter_epact

),

easter_day as (

    select
        year,
        full_moon
        + days_to_sunday
        - 7 * cast(floor((golden_number + 11 * full_moon + 22 * days_to_sunday) / 451) as int)
        + 114 as day_number
    from easter_weekday

),

easter_sundays as (

    select
        year,
        make_date(year, cast(floor(day_number / 31) as int), cast(day_number % 31 as int) + 1) as easter_date
    from easter_day

),

rules_of_years as (

    select
        rules.country_code,
        rules.event_name,
        rules.event_type,
        rules.rule,
        rules.iso_weekday,
        rules.occurrence,
        rules.offset_days,
        easter_sundays.easter_date,
        case when rules.rule = 'fixed' then make_date(easter_sundays.year, rules.month, rules.day_of_month) end
            as fixed_date,
        case when rules.rule = 'weekday' then make_date(easter_sundays.year, rules.month, 1) end as month_start_date,
        case when rules.rule = 'weekday' then last_day(make_date(easter_sundays.year, rules.month, 1)) end
            as month_end_date
    from rules
    inner join easter_sundays
        on
            easter_sundays.year >= coalesce(rules.first_year, easter_sundays.year)
            and easter_sundays.year <= coalesce(rules.last_year, easter_sundays.year)

),

anchors as (

    select
        country_code,
        event_name,
        event_type,
        offset_days,
        case
            when rule = 'fixed' then fixed_date
            when rule = 'easter' then easter_date
            when occurrence > 0
                then {{ add_days(
                    'month_start_date',
                    '(iso_weekday - ' ~ iso_day_of_week('month_start_date') ~ ' + 7) % 7 + 7 * (occurrence - 1)'
                ) }}
            else {{ add_days(
                'month_end_date',
                '-((' ~ iso_day_of_week('month_end_date') ~ ' - iso_weekday + 7) % 7)'
            ) }}
        end as anchor_date
    from rules_of_years

)

select
    {{ add_days('anchor_date', 'offset_days') }} as date,
    country_code,
    event_name,
    event_type
from anchors
