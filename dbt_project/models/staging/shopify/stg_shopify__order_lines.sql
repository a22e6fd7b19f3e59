with source as (

    select * from {{ source('shopify', 'order_lines') }}

),

renamed as (

    select
        store_id,
        {{ shopify_id('order_id') }} as order_id,
        {{ shopify_id('id') }} as order_line_id,
        cast(position as int) as position,
        {{ shopify_id('product_id') }} as product_id,
        {{ shopify_id('variant_id') }} as variant_id,
        sku,
        title as product_title,
        variant_title,
        vendor,
        cast(quantity as int) as quantity,
        cast(current_quantity as int) as current_quantity,
        cast(refundable_quantity as int) as refundable_quantity,
        cast(unfulfilled_quantity as int) as unfulfilled_quantity,
        is_gift_card,
        requires_shipping,
        taxable as is_taxable,
        {{ money('original_unit_price') }} as unit_price_amount,
        {{ money('original_total') }} as line_original_amount,
        {{ money('discounted_total') }} as line_discounted_amount,
        {{ money('total_discount') }} as line_own_discount_amount
    from source

)

select * from renamed
