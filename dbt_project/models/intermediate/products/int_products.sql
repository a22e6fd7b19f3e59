with stores as (

    select * from {{ ref('int_stores') }}

),

variants as (

    select * from {{ ref('int_variants') }}

),

product_descriptions as (

    select * from {{ ref('int_product_descriptions') }}

),

-- Documents name goods that a shop sells by its SKU: they are a product of their own only where no shop has that SKU.
identified as (

    select *
    from variants
    qualify
        not is_named_only
        or max(case when is_named_only then 0 else 1 end) over (partition by store_id, sku) = 0

),

-- A description knows no store: the SKU's latest one by the run's date speaks for it everywhere.
current_descriptions as (

    select *
    from product_descriptions
    where
        sku is not null
        and valid_from_date <= {{ as_of_date("'UTC'") }}
    qualify row_number() over (partition by sku order by valid_from_date desc nulls last) = 1

),

localized as (

    select
        identified.*,
        stores.platform,
        stores.currency,
        {{ local_date('identified.deleted_at', 'stores.timezone') }} as deleted_date,
        {{ local_date('identified.offered_at', 'stores.timezone') }} as offered_date,
        {{ local_date('identified.updated_at', 'stores.timezone') }} as updated_date
    from identified
    inner join stores
        on identified.store_id = stores.store_id

)

select
    {{ product_key('localized.store_id', 'localized.variant_id') }} as product_key,
    localized.store_id,
    localized.variant_id,
    localized.product_id,
    localized.inventory_item_id,
    localized.sku,
    row_number() over (
        partition by localized.store_id, localized.sku
        order by
            case when localized.is_deleted then 1 else 0 end nulls last,
            case when localized.is_listed then 0 else 1 end nulls last,
            localized.variant_id nulls last
    ) = 1 as is_primary_for_sku,
    coalesce(localized.product_title, current_descriptions.product_name, localized.sku) as product_title,
    localized.variant_title,
    localized.barcode,
    coalesce(current_descriptions.category, localized.category, 'Uncategorised') as category,
    current_descriptions.subcategory,
    coalesce(current_descriptions.brand, localized.brand) as brand,
    current_descriptions.supplier_id,
    case
        when localized.is_deleted then 'DELETED'
        else coalesce(localized.product_status, 'ACTIVE')
    end as product_status,
    localized.is_tracked and not localized.is_gift_card as is_stocked,
    localized.is_gift_card,
    localized.is_listed,
    localized.is_deleted,
    localized.deleted_date,
    coalesce(current_descriptions.launched_on, localized.offered_date) as launched_on,
    current_descriptions.discontinued_on,
    coalesce(
        current_descriptions.discontinued_on,
        localized.deleted_date,
        case when localized.product_status in ('ARCHIVED', 'DRAFT') then localized.updated_date end
    ) as retired_date,
    current_descriptions.case_pack,
    current_descriptions.minimum_order_quantity,
    localized.weight,
    localized.weight_unit,
    localized.price,
    localized.compare_at_price,
    localized.stated_unit_cost,
    localized.stated_unit_cost_currency,
    localized.currency,
    localized.platform,
    localized.product_source,
    localized.created_at,
    localized.updated_at
from localized
left join current_descriptions
    on localized.sku = current_descriptions.sku
