with source as (

    select * from {{ source('files', 'orders') }}

),

renamed as (

    select
        store_id,
        order_id,
        cast(line_number as int) as line_number,
        ordered_at,
        timezone,
        entry_type,
        line_type,
        original_order_id,
        customer_id,
        customer_email as email,
        channel as source_name,
        country_code,
        city,
        sku,
        product_name as product_title,
        cast(quantity as int) as quantity,
        {{ money('unit_price') }} as unit_price_amount,
        {{ money('line_discount_amount') }} as line_discount_amount,
        {{ money('line_tax_amount') }} as line_tax_amount,
        prices_include_tax,
        currency,
        source_note,
        _file_id as file_id,
        _row_number as row_number
    from source

)

select * from renamed
