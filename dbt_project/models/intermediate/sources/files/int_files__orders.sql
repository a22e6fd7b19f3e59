with entries as (

    select * from {{ ref('int_files__order_entries') }}

),

-- A document without a sale (a credit note, a stock adjustment) is kept beside the orders, under its own type.
documents as (

    select
        store_id,
        order_id,
        case
            when max(case when entry_type = 'sale' then 1 else 0 end) = 1 then 'order'
            when max(case when entry_type = 'return' then 1 else 0 end) = 1 then 'return'
            when max(case when entry_type = 'cancellation' then 1 else 0 end) = 1 then 'cancellation'
            else 'adjustment'
        end as order_type,
        max(customer_id) as customer_id,
        max(email_hash) as email_hash,
        max(source_name) as source_name,
        max(country_code) as country_code,
        max(city) as city,
        max(currency) as currency,
        sum(case when line_type = 'tip' then net_amount else 0 end) as tip_amount,
        sum(case when entry_type = 'sale' then net_amount + tax_amount else 0 end) as source_total_amount,
        sum(case when entry_type = 'sale' then tax_amount else 0 end) as source_tax_amount,
        sum(case when entry_type = 'sale' and line_type in ('product', 'gift_card') then quantity else 0 end)
            as sold_quantity,
        min(ordered_at) as ordered_at,
        min_by(ordered_local_at, ordered_at) as ordered_local_at
    from entries
    group by
        store_id,
        order_id

),

-- What was taken back before it left, by the order itself or by a document that names it.
taken_back as (

    select
        store_id,
        coalesce(original_order_id, order_id) as order_id,
        -sum(quantity) as cancelled_quantity,
        max(ordered_at) as cancelled_at
    from entries
    where
        entry_type = 'cancellation'
        and line_type in ('product', 'gift_card')
    group by
        store_id,
        coalesce(original_order_id, order_id)

),

cancelled as (

    select
        documents.store_id,
        documents.order_id,
        taken_back.cancelled_at
    from documents
    inner join taken_back
        on
            documents.store_id = taken_back.store_id
            and documents.order_id = taken_back.order_id
    where
        documents.sold_quantity > 0
        and taken_back.cancelled_quantity >= documents.sold_quantity

)

select
    documents.store_id,
    documents.order_id,
    'files' as platform,
    documents.order_type,
    documents.order_id as order_name,
    documents.customer_id,
    documents.email_hash,
    cast(null as {{ dbt.type_string() }}) as company_id,
    cast(null as {{ dbt.type_string() }}) as company_name,
    cast(null as {{ dbt.type_string() }}) as company_location_name,
    documents.source_name,
    false as is_test,
    false as is_edited,
    cancelled.order_id is not null as is_cancelled,
    true as is_paid,
    false as is_negotiated,
    false as taxes_included,
    cast(null as {{ dbt.type_string() }}) as financial_status,
    cast(null as {{ dbt.type_string() }}) as fulfillment_status,
    cast(null as {{ dbt.type_string() }}) as return_status,
    cast(null as {{ dbt.type_string() }}) as cancel_reason,
    cast(null as {{ dbt.type_string() }}) as discount_codes,
    documents.country_code,
    cast(null as {{ dbt.type_string() }}) as province_code,
    documents.city,
    documents.currency,
    documents.currency as presentment_currency,
    {{ money('documents.tip_amount') }} as tip_amount,
    {{ money('documents.source_total_amount') }} as source_total_amount,
    {{ money('documents.source_tax_amount') }} as source_tax_amount,
    documents.ordered_at,
    documents.ordered_local_at,
    cancelled.cancelled_at,
    cast(null as timestamp) as closed_at,
    cast(null as timestamp) as updated_at,
    cast(null as {{ dbt.type_string() }}) as admin_url
from documents
left join cancelled
    on
        documents.store_id = cancelled.store_id
        and documents.order_id = cancelled.order_id
