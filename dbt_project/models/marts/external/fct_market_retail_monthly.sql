with vintages as (

    select *
    from {{ ref('stg_census__eits_retail') }}

),

categories as (

    select *
    from {{ ref('census_retail_categories') }}

),

data_types as (

    select *
    from {{ ref('census_data_types') }}

),

null_codes as (

    select *
    from {{ ref('census_null_codes') }}

),

-- The monthly survey supersedes the advance one for a month as soon as it has a value for it.
surveyed_months as (

    select distinct
        month_start_date,
        category_code,
        data_type_code,
        is_seasonally_adjusted,
        is_error_measure
    from vintages
    where
        program = 'mrts'
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
        value,
        null_code,
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
    categories.category_name,
    numbered.data_type_code,
    data_types.measure,
    data_types.unit,
    numbered.is_seasonally_adjusted,
    numbered.is_error_measure,
    cast(numbered.vintage_number as int) as vintage_number,
    numbered.known_from_at,
    numbered.known_until_at,
    numbered.is_current,
    numbered.is_current
    and numbered.value is not null
    and (numbered.program = 'mrts' or surveyed_months.month_start_date is null) as is_best_estimate,
    case
        when numbered.program = 'marts' then 'advance'
        when numbered.vintage_number = 1 then 'first'
        else 'revised'
    end as release_stage,
    numbered.value,
    numbered.null_code,
    case
        when numbered.null_code is not null
            then coalesce(null_codes.null_reason, 'not a number: ' || numbered.null_code)
    end as null_reason
from numbered
left join categories
    on numbered.category_code = categories.category_code
left join data_types
    on numbered.data_type_code = data_types.data_type_code
left join null_codes
    on numbered.null_code = null_codes.null_code
left join surveyed_months
    on
        numbered.month_start_date = surveyed_months.month_start_date
        and numbered.category_code = surveyed_months.category_code
        and numbered.data_type_code = surveyed_months.data_type_code
        and numbered.is_seasonally_adjusted = surveyed_months.is_seasonally_adjusted
        and numbered.is_error_measure = surveyed_months.is_error_measure
