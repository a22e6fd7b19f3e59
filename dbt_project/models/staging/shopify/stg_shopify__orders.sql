with source as (

    select * from {{ source('shopify', 'orders') }}

),

renamed as (

    select
        store_id,
        {{ shopify_id('id') }} as order_id,
        name as order_name,
        number as order_number,
        {{ shopify_id('customer_id') }} as customer_id,
        email,
        {{ shopify_id('retail_location_id') }} as retail_location_id,
        source_name,
        customer_locale,
        test as is_test,
        confirmed as is_confirmed,
        edited as is_edited,
        taxes_included,
        currency_code as currency,
        presentment_currency_code as presentment_currency,
        display_financial_status as financial_status,
        display_fulfillment_status as fulfillment_status,
        return_status,
        cancel_reason,
        tags,
        discount_codes,
        payment_gateway_names,
        billing_city,
        billing_province_code,
        billing_country_code,
        shipping_city,
        shipping_province_code,
        shipping_country_code,
        shipping_zip,
        {{ money('subtotal_price') }} as subtotal_amount,
        {{ money('total_price') }} as total_amount,
        {{ money('total_tax') }} as tax_amount,
        {{ money('total_discounts') }} as discount_amount,
        {{ money('total_shipping_price') }} as shipping_amount,
        {{ money('total_tip_received') }} as tip_amount,
        {{ money('total_refunded') }} as refunded_amount,
        {{ money('total_refunded_shipping') }} as refunded_shipping_amount,
        {{ money('total_received') }} as received_amount,
        {{ money('net_payment') }} as net_payment_amount,
        {{ money('original_total_price') }} as original_total_amount,
        {{ money('current_total_price') }} as current_total_amount,
        {{ money('current_subtotal_price') }} as current_subtotal_amount,
        {{ money('current_total_tax') }} as current_tax_amount,
        {{ money('current_total_discounts') }} as current_discount_amount,
        {{ money('current_total_duties') }} as current_duty_amount,
        {{ money('current_shipping_price') }} as current_shipping_amount,
        {{ money('total_price_presentment') }} as presentment_total_amount,
        customer_order_index,
        days_to_conversion,
        customer_journey_ready as is_customer_journey_ready,
        {{ utc_timestamp('created_at') }} as created_at,
        {{ utc_timestamp('processed_at') }} as processed_at,
        {{ utc_timestamp('updated_at') }} as updated_at,
        {{ utc_timestamp('cancelled_at') }} as cancelled_at,
        {{ utc_timestamp('closed_at') }} as closed_at
    from source

)

select * from renamed
