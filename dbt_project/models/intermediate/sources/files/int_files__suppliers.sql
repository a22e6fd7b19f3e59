with suppliers as (

    select * from {{ ref('stg_files__suppliers') }}

)

select
    supplier_id,
    supplier_name,
    country_code,
    currency,
    agreed_lead_time_days,
    payment_terms
from suppliers
