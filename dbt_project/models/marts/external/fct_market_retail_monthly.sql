with vintages as (

    select * from {{ ref('int_market_retail') }}

),

-- An advance survey is superseded for a month as soon as the full one has a value for it.
surveyed_months as (

    select distinct
        month_start_date,
        category_code,
        data_type_code,
        is_seasonally_adjusted,
        is_error_measure
    from vintages
    where
        not is_advance
        and is_current
        and value is not null

),

numbered as (

    select
        program,
        month_start_date,
        category_code,
        data_type_code,
        is_seasonally_adjusted,
        is_error_measure,
        is_advance,
        category_name,
        measure,
        unit,
        value,
        null_code,
        null_reason,
        known_from_at,
        known_until_at,
        is_current,
        row_number() over (
            partition by
                program,
                month_start_date,
                category_code,
                data_type_code,
                is_seasonally_adjusted,
                is_error_measure
            order by known_from_at nulls last
        ) as vintage_number
    from vintages

)

select
    {{ surrogate_key([
        'numbered.program', 'numbered.month_start_date', 'numbered.category_code', 'numbered.data_type_code',
        'numbered.is_seasonally_adjusted', 'numbered.is_error_measure', 'numbered.vintage_number'
    ]) }} as market_retail_key,
    numbered.program,
    numbered.month_start_date,
    numbered.category_code,
    numbered.category_name,
    numbered.data_type_code,
    numbered.measure,
    numbered.unit,
    numbered.is_seasonally_adjusted,
    numbered.is_error_measure,
    cast(numbered.vintage_number as int) as vintage_number,
    numbered.known_from_at,
    numbered.known_until_at,
    numbered.is_current,
    numbered.is_current
    and numbered.value is not null
    and (not numbered.is_advance or surveyed_months.month_start_date is null) as is_best_estimate,
    case
        when numbered.is_advance then 'advance'
        when numbered.vintage_number = 1 then 'first'
        else 'revised'
    end as release_stage,
    numbered.value,
    numbered.null_code,
    numbered.null_reason
from numbered
left join surveyed_months
    on
        numbered.month_start_date = surveyed_months.month_start_date
        and numbered.category_code = surveyed_months.category_code
        and numbered.data_type_code = surveyed_months.data_type_code
        and numbered.is_seasonally_adjusted = surveyed_months.is_seasonally_adjusted
        and numbered.is_error_measure = surveyed_months.is_error_measure
