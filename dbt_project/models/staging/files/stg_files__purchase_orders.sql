select
    purchase_order_id,
    supplier_id,
    store_id,
    trim(location) as location,
    ordered_on as ordered_date,
    expected_on as expected_date,
    lower(trim(status)) as purchase_order_status,
    currency
from {{ source('files', 'purchase_orders') }}
