{{ config(materialized='table') }}

with file_orders as (

    select * from {{ ref('int_files__counted_orders') }}

),

countries as (

    select * from {{ ref('countries') }}

),

country_names as (

    select * from {{ ref('country_names') }}

),

known_countries as (

    select
        lower(country_code) as stated_country,
        country_code as known_country_code
    from countries

    union

    select
        lower(country_name) as stated_country,
        country_code as known_country_code
    from countries

    union

    select
        country_name as stated_country,
        country_code as known_country_code
    from country_names

),

located as (

    select
        file_orders.*,
        case
            when file_orders.country_code is not null then coalesce(known_countries.known_country_code, 'unmapped')
        end as matched_country_code
    from file_orders
    left join known_countries
        on lower(file_orders.country_code) = known_countries.stated_country

),

-- Rows that agree in everything but their place are kept, and the second and later ones are flagged.
numbered as (

    select
        *,
        row_number() over (
            partition by
                store_id,
                order_id,
                ordered_at,
                timezone,
                entry_type,
                line_type,
                original_order_id,
                customer_id,
                email,
                source_name,
                country_code,
                city,
                sku,
                product_title,
                quantity,
                unit_price_amount,
                line_total_amount,
                line_discount_amount,
                line_tax_amount,
                line_tax_rate,
                prices_include_tax,
                currency,
                source_note
            order by line_number nulls last
        ) as copy_number
    from located

),

priced as (

    select
        *,
        coalesce(line_total_amount, {{ money(times('quantity', 'unit_price_amount')) }}) as source_amount
    from numbered

),

-- Discount and tax are written as positive numbers, whichever way the money of the row goes.
discounted as (

    select
        *,
        case when source_amount < 0 then -1 else 1 end as direction,
        source_amount
        - case when source_amount < 0 then -1 else 1 end * coalesce(line_discount_amount, 0) as discounted_amount
    from priced

),

stated as (

    select
        *,
        coalesce(
            direction * abs(line_tax_amount),
            {{ money_from_double(
                'cast(discounted_amount as double) * line_tax_rate'
                ~ ' / nullif(case when prices_include_tax then 1 + line_tax_rate else 1 end, 0)'
            ) }},
            0
        ) as tax_amount
    from discounted

),

net_of_tax as (

    select
        *,
        case when prices_include_tax then discounted_amount - tax_amount else discounted_amount end as net_amount
    from stated

),

gross_of_discounts as (

    select
        *,
        case
            when prices_include_tax and discounted_amount <> 0
                then source_amount * cast(net_amount as double) / nullif(discounted_amount, 0)
            else source_amount
        end as gross_amount
    from net_of_tax

),

final as (

    select
        store_id,
        order_id,
        line_number,
        order_id || '-' || cast(line_number as {{ dbt.type_string() }}) as order_line_id,
        original_order_id,
        {{ utc_from_local('ordered_at', "coalesce(timezone, 'UTC')") }} as ordered_at,
        ordered_at as ordered_local_at,
        cast(ordered_at as date) as order_date,
        entry_type,
        line_type,
        customer_id,
        {{ hashed_pii('email') }} as email_hash,
        source_name,
        matched_country_code as country_code,
        city,
        sku,
        product_title,
        quantity,
        coalesce(
            {{ money('unit_price_amount') }},
            {{ money_from_double('cast(source_amount as double) / nullif(cast(quantity as double), 0)') }}
        ) as unit_price_amount,
        source_amount,
        {{ money('gross_amount') }} as gross_amount,
        {{ money(money('gross_amount') ~ ' - net_amount') }} as discount_amount,
        {{ money('net_amount') }} as net_amount,
        {{ money('tax_amount') }} as tax_amount,
        currency,
        copy_number > 1 as is_exact_duplicate
    from gross_of_discounts

)

select * from final
