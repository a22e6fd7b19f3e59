with suppliers as (

    select * from {{ ref('stg_files__suppliers') }}

),

purchase_orders as (

    select * from {{ ref('stg_files__purchase_orders') }}

),

file_products as (

    select * from {{ ref('stg_files__products') }}

),

-- A supplier that orders or products name, but that no supplier file describes, still needs a row.
referenced as (

    select supplier_id from purchase_orders
    where supplier_id is not null

    union

    select supplier_id from file_products
    where supplier_id is not null

)

select
    {{ surrogate_key(['coalesce(suppliers.supplier_id, referenced.supplier_id)']) }} as supplier_key,
    coalesce(suppliers.supplier_id, referenced.supplier_id) as supplier_id,
    coalesce(suppliers.supplier_name, suppliers.supplier_id, referenced.supplier_id) as supplier_name,
    suppliers.country_code,
    suppliers.currency,
    suppliers.agreed_lead_time_days,
    suppliers.payment_terms,
    suppliers.supplier_id is not null as is_described
from suppliers
full outer join referenced
    on suppliers.supplier_id = referenced.supplier_id
