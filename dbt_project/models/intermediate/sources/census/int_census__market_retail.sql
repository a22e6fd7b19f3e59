with series as (

    select * from {{ ref('stg_census__eits_retail') }}

),

categories as (

    select * from {{ ref('census_retail_categories') }}

),

data_types as (

    select * from {{ ref('census_data_types') }}

),

null_codes as (

    select * from {{ ref('census_null_codes') }}

)

select
    series.program,
    series.month_start_date,
    series.category_code,
    categories.category_name,
    series.data_type_code,
    data_types.measure,
    data_types.unit,
    series.is_seasonally_adjusted,
    series.is_error_measure,
    series.program = 'marts' as is_advance,
    series.value,
    series.null_code,
    case
        when series.null_code is not null
            then coalesce(null_codes.null_reason, 'not a number: ' || series.null_code)
    end as null_reason,
    series.known_from_at,
    series.known_until_at,
    series.is_current
from series
left join categories
    on series.category_code = categories.category_code
left join data_types
    on series.data_type_code = data_types.data_type_code
left join null_codes
    on series.null_code = null_codes.null_code
