select
    store_id,
    {{ shopify_id('id') }} as inventory_item_id,
    {{ shopify_id('variant_id') }} as variant_id,
    nullif(trim(sku), '') as sku,
    tracked as is_tracked,
    requires_shipping,
    {{ money('unit_cost') }} as unit_cost,
    unit_cost_currency,
    country_code_of_origin,
    harmonized_system_code,
    weight,
    weight_unit,
    {{ utc_timestamp('created_at') }} as created_at,
    {{ utc_timestamp('updated_at') }} as updated_at
from {{ source('shopify', 'inventory_items') }}
