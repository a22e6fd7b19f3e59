select
    promotion_id,
    store_id,
    promotion_name,
    promotion_type,
    discount_code,
    discount_rate,
    cast(null as decimal(18, 4)) as discount_amount,
    cast(null as {{ dbt.type_string() }}) as currency,
    category,
    sku,
    start_date,
    end_date,
    true as is_planned
from {{ ref('stg_files__promotions') }}
