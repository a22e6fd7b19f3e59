with suppliers as (

    select * from {{ ref('int_suppliers') }}

),

purchase_orders as (

    select * from {{ ref('int_purchase_orders') }}

),

product_descriptions as (

    select * from {{ ref('int_product_descriptions') }}

),

-- A supplier that orders or products name, but that no supplier file describes, still needs a row.
referenced as (

    select supplier_id from purchase_orders
    where supplier_id is not null

    union

    select supplier_id from product_descriptions
    where supplier_id is not null

)

select
    {{ supplier_key('coalesce(suppliers.supplier_id, referenced.supplier_id)') }} as supplier_key,
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
