{{ config(materialized='view') }}

{%- set sale_amounts = ['total_amount', 'discount_amount', 'tax_amount'] %}

with stores as (

    select * from {{ ref('int_shopify__stores') }}

),

agreements as (

    select * from {{ ref('int_shopify__agreements') }}

),

sales as (

    select * from {{ ref('int_shopify__sales') }}

),

refund_lines as (

    select * from {{ ref('stg_shopify__refund_lines') }}

),

-- Dates are worked out once per agreement, not once per sale.
dated_agreements as (

    select
        agreements.store_id,
        agreements.agreement_id,
        agreements.agreement_type,
        agreements.happened_at as event_at,
        {{ local_date('agreements.happened_at', 'stores.timezone') }} as event_date
    from agreements
    inner join stores
        on agreements.store_id = stores.store_id

),

-- A refund takes units of one line back in two lines of its own where some had left and some had not.
refunded_units as (

    select
        store_id,
        refund_id,
        order_line_id,
        sum(case when restock_type = 'CANCEL' then quantity else 0 end) as cancelled_quantity,
        sum(case when restock_type = 'CANCEL' then 0 else quantity end) as returned_quantity
    from refund_lines
    group by
        store_id,
        refund_id,
        order_line_id

),

-- Shopify does not say which sale stands for which line of the refund: the sale of as many units as were cancelled
-- comes first, and cancelled units are counted off before those that came back.
refunded_sales as (

    select
        sales.*,
        refunded_units.cancelled_quantity as cancelled_quantity_of_line,
        refunded_units.returned_quantity as returned_quantity_of_line,
        coalesce(
            sum(-sales.quantity) over (
                partition by sales.store_id, agreements.refund_id, sales.order_line_id
                order by
                    case when -sales.quantity = refunded_units.cancelled_quantity then 0 else 1 end nulls last,
                    sales.sale_id nulls last
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as quantity_before
    from sales
    inner join agreements
        on
            sales.store_id = agreements.store_id
            and sales.agreement_id = agreements.agreement_id
    inner join refunded_units
        on
            sales.store_id = refunded_units.store_id
            and sales.order_line_id = refunded_units.order_line_id
            and agreements.refund_id = refunded_units.refund_id
    where
        sales.action_type = 'RETURN'
        and refunded_units.cancelled_quantity > 0

),

counted_sales as (

    select
        *,
        cast(case
            when returned_quantity_of_line = 0 then quantity
            else -least(-quantity, greatest(cancelled_quantity_of_line - quantity_before, 0))
        end as int) as cancelled_quantity
    from refunded_sales

),

-- Units that were taken off an order before they left: not a return of goods.
cancelled_parts as (

    select
        store_id,
        sale_id,
        cancelled_quantity as quantity,
        {%- for amount in sale_amounts %}
        {{ money_from_double(safe_divide(amount ~ ' * cancelled_quantity', 'quantity')) }} as {{ amount }},
        {%- endfor %}
        returned_quantity_of_line = 0 or cancelled_quantity = quantity as is_whole_sale
    from counted_sales
    where
        cancelled_quantity < 0
        or returned_quantity_of_line = 0

),

-- What is left of a sale beside its cancelled part: the two add up to it exactly.
sale_parts as (

    select
        sales.store_id,
        sales.agreement_id,
        sales.order_id,
        sales.order_line_id,
        sales.action_type,
        sales.line_type,
        sales.sale_id,
        sales.sale_id as source_entry_id,
        coalesce(sales.quantity, 0)
        - case when cancelled_parts.is_whole_sale then 0 else coalesce(cancelled_parts.quantity, 0) end as quantity,
        {%- for amount in sale_amounts %}
        coalesce(sales.{{ amount }}, 0)
        - case when cancelled_parts.is_whole_sale then 0 else coalesce(cancelled_parts.{{ amount }}, 0) end
            as {{ amount }},
        {%- endfor %}
        coalesce(cancelled_parts.is_whole_sale, false) as is_cancelled
    from sales
    left join cancelled_parts
        on
            sales.store_id = cancelled_parts.store_id
            and sales.sale_id = cancelled_parts.sale_id

    union all

    select
        sales.store_id,
        sales.agreement_id,
        sales.order_id,
        sales.order_line_id,
        sales.action_type,
        sales.line_type,
        sales.sale_id,
        {{ cancelled_part_of('sales.sale_id') }} as source_entry_id,
        cancelled_parts.quantity,
        {%- for amount in sale_amounts %}
        coalesce(cancelled_parts.{{ amount }}, 0) as {{ amount }},
        {%- endfor %}
        true as is_cancelled
    from sales
    inner join cancelled_parts
        on
            sales.store_id = cancelled_parts.store_id
            and sales.sale_id = cancelled_parts.sale_id
    where not cancelled_parts.is_whole_sale

)

select
    'shopify' as source,
    sale_parts.store_id,
    sale_parts.source_entry_id,
    sale_parts.sale_id,
    sale_parts.order_id as document_id,
    cast(null as {{ dbt.type_string() }}) as original_order_id,
    sale_parts.order_line_id,
    cast(null as {{ dbt.type_string() }}) as variant_id,
    cast(null as {{ dbt.type_string() }}) as sku,
    case
        when dated_agreements.agreement_type = 'OrderEditAgreement' then 'edit'
        when sale_parts.action_type = 'ORDER' and dated_agreements.agreement_type = 'ReturnAgreement' then 'exchange'
        when sale_parts.action_type = 'ORDER' then 'sale'
        when sale_parts.action_type = 'RETURN' and sale_parts.is_cancelled then 'cancellation'
        when sale_parts.action_type = 'RETURN' and sale_parts.line_type <> 'ADJUSTMENT' then 'return'
        else 'adjustment'
    end as entry_type,
    {{ shopify_line_type('sale_parts.line_type') }} as line_type,
    dated_agreements.event_at,
    dated_agreements.event_date,
    sale_parts.quantity,
    {{ money('sale_parts.total_amount') }} as source_amount,
    {{ money('sale_parts.total_amount - sale_parts.tax_amount + sale_parts.discount_amount') }} as gross_amount,
    {{ money('sale_parts.discount_amount') }} as discount_amount,
    {{ money('sale_parts.total_amount - sale_parts.tax_amount') }} as amount,
    {{ money('sale_parts.tax_amount') }} as tax_amount,
    cast(null as {{ dbt.type_string() }}) as currency,
    false as is_exact_duplicate
from sale_parts
inner join dated_agreements
    on
        sale_parts.store_id = dated_agreements.store_id
        and sale_parts.agreement_id = dated_agreements.agreement_id
