select
    program,
    cast(month || '-01' as date) as month_start_date,
    category_code,
    data_type_code,
    seasonally_adj = 'yes' as is_seasonally_adjusted,
    error_data = 'yes' as is_error_measure,
    try_cast(cell_value as decimal(18, 4)) as value,
    case
        when try_cast(cell_value as decimal(18, 4)) is not null then null
        else coalesce(nullif(trim(cell_value), ''), 'missing')
    end as null_code,
    {{ version_columns() }}
from {{ source('census', 'eits_retail') }}
