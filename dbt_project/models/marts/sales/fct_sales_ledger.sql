{{ config(
    materialized='incremental',
    incremental_strategy=incremental_strategy(),
    unique_key='ledger_entry_key',
    partition_by='store_id',
    on_schema_change='fail',
    pre_hook="{{ add_missing_columns() }}"
) }}

-- depends_on: {{ ref('int_stores') }}
{%- set reporting_amounts = [
    'gross_amount_reporting', 'discount_amount_reporting', 'amount_reporting', 'tax_amount_reporting'
] %}
{%- set amounts = ['source_amount', 'gross_amount', 'discount_amount', 'amount', 'tax_amount'] + reporting_amounts %}
{#- What the source says of an entry: a difference in one of these is a changed entry. #}
{%- set stated = [
    'order_id', 'entry_type', 'line_type', 'event_date', 'order_date', 'quantity', 'source_amount', 'gross_amount',
    'discount_amount', 'amount', 'tax_amount', 'currency', 'is_sales_entry'
] %}
{#- What the order is today, and what follows from the posting: no money, so it is brought up to date in place. #}
{%- set descriptions = [
    'channel_id', 'customer_key', 'country_code', 'is_sold', 'is_returned', 'is_cancelled', 'is_charged',
    'is_first_posting'
] %}

with entries as (

    select * from {{ ref('int_ledger_entries') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

order_customers as (

    select * from {{ ref('int_order_customers') }}

),

{% if is_incremental() %}
stores as (

    select * from {{ ref('int_stores') }}

),

posted as (

    select * from {{ this }}

),

-- An entry's last posting is open until a correction has taken it back.
open_postings as (

    select posted.*
    from posted
    left join posted as corrections
        on
            posted.ledger_entry_key = corrections.corrected_ledger_entry_key
    where
        posted.entry_type <> 'correction'
        and corrections.ledger_entry_key is null

),

-- Another rate makes another entry too, or sales would stand at one rate and their cost at another. What was converted
-- once stays so when its rate is gone, and a change of the reporting currency rebuilds the ledger.
compared as (

    select
        entries.source,
        entries.store_id,
        entries.source_entry_id,
        entries.sale_id,
        open_postings.ledger_entry_key,
        entries.source_entry_id is not null
        and open_postings.source_entry_id is not null
        {%- for column in stated %}
        and {{ is_same('entries.' ~ column, 'open_postings.' ~ column) }}
        {%- endfor %}
        {%- for column in reporting_amounts %}
        and (
            entries.{{ column }} is null
            or {{ is_same('entries.' ~ column, 'open_postings.' ~ column) }}
            or not {{ is_same('entries.reporting_currency', 'open_postings.reporting_currency') }}
        )
        {%- endfor %} as is_kept
    from open_postings
    full outer join entries
        on
            open_postings.source = entries.source
            and open_postings.store_id = entries.store_id
            and open_postings.source_entry_id = entries.source_entry_id

),

withdrawn_keys as (

    select ledger_entry_key
    from compared
    where
        not is_kept
        and ledger_entry_key is not null

),

unposted_entries as (

    select
        source,
        store_id,
        source_entry_id,
        sale_id
    from compared
    where
        not is_kept
        and source_entry_id is not null

),

last_posting_numbers as (

    select
        posted.source,
        posted.store_id,
        posted.source_entry_id,
        max(posted.posting_number) as posting_number
    from posted
    inner join unposted_entries
        on
            posted.source = unposted_entries.source
            and posted.store_id = unposted_entries.store_id
            and posted.source_entry_id = unposted_entries.source_entry_id
    group by
        posted.source,
        posted.store_id,
        posted.source_entry_id

),

posted_sales as (

    select distinct
        posted.source,
        posted.store_id,
        posted.source_entry_id as sale_id
    from posted
    inner join unposted_entries
        on
            posted.source = unposted_entries.source
            and posted.store_id = unposted_entries.store_id
            and posted.source_entry_id = unposted_entries.sale_id

),

reversals as (

    select
        open_postings.source,
        open_postings.store_id,
        open_postings.source_entry_id,
        open_postings.posting_number,
        open_postings.order_key,
        open_postings.order_id,
        open_postings.document_id,
        open_postings.order_line_key,
        open_postings.order_line_id,
        open_postings.product_key,
        open_postings.variant_id,
        open_postings.sku,
        'correction' as entry_type,
        open_postings.base_entry_type,
        open_postings.line_type,
        open_postings.event_at,
        open_postings.event_date,
        open_postings.order_date,
        {{ as_of_date("coalesce(stores.timezone, 'UTC')") }} as ledger_date,
        -open_postings.quantity as quantity,
        {%- for column in amounts %}
        -open_postings.{{ column }} as {{ column }},
        {%- endfor %}
        open_postings.currency,
        open_postings.reporting_currency,
        open_postings.is_sales_entry,
        open_postings.is_test,
        open_postings.is_exact_duplicate,
        open_postings.ledger_entry_key as corrected_ledger_entry_key
    from open_postings
    inner join withdrawn_keys
        on open_postings.ledger_entry_key = withdrawn_keys.ledger_entry_key
    left join stores
        on open_postings.store_id = stores.store_id

),

new_entries as (

    select
        entries.*,
        coalesce(last_posting_numbers.posting_number, 0) + 1 as posting_number,
        last_posting_numbers.posting_number is not null or posted_sales.sale_id is not null as is_posted_again
    from entries
    inner join unposted_entries
        on
            entries.source = unposted_entries.source
            and entries.store_id = unposted_entries.store_id
            and entries.source_entry_id = unposted_entries.source_entry_id
    left join last_posting_numbers
        on
            entries.source = last_posting_numbers.source
            and entries.store_id = last_posting_numbers.store_id
            and entries.source_entry_id = last_posting_numbers.source_entry_id
    left join posted_sales
        on
            entries.source = posted_sales.source
            and entries.store_id = posted_sales.store_id
            and entries.sale_id = posted_sales.sale_id

),

-- What is posted again, whole or in parts, carries the date of its correction, so that a closed month never changes.
postings as (

    select
        new_entries.source,
        new_entries.store_id,
        new_entries.source_entry_id,
        new_entries.posting_number,
        new_entries.order_key,
        new_entries.order_id,
        new_entries.document_id,
        new_entries.order_line_key,
        new_entries.order_line_id,
        new_entries.product_key,
        new_entries.variant_id,
        new_entries.sku,
        new_entries.entry_type,
        new_entries.entry_type as base_entry_type,
        new_entries.line_type,
        new_entries.event_at,
        new_entries.event_date,
        new_entries.order_date,
        case
            when new_entries.is_posted_again then {{ as_of_date("coalesce(stores.timezone, 'UTC')") }}
            else new_entries.event_date
        end as ledger_date,
        new_entries.quantity,
        {%- for column in amounts %}
        new_entries.{{ column }},
        {%- endfor %}
        new_entries.currency,
        new_entries.reporting_currency,
        new_entries.is_sales_entry,
        new_entries.is_test,
        new_entries.is_exact_duplicate,
        cast(null as bigint) as corrected_ledger_entry_key
    from new_entries
    left join stores
        on new_entries.store_id = stores.store_id

),

rows_to_add as (

    select * from postings

    union all

    select * from reversals

)
{% else %}
rows_to_add as (

    select
        source,
        store_id,
        source_entry_id,
        1 as posting_number,
        order_key,
        order_id,
        document_id,
        order_line_key,
        order_line_id,
        product_key,
        variant_id,
        sku,
        entry_type,
        entry_type as base_entry_type,
        line_type,
        event_at,
        event_date,
        order_date,
        event_date as ledger_date,
        quantity,
        {%- for column in amounts %}
        {{ column }},
        {%- endfor %}
        currency,
        reporting_currency,
        is_sales_entry,
        is_test,
        is_exact_duplicate,
        cast(null as bigint) as corrected_ledger_entry_key
    from entries

)
{% endif %},

keyed as (

    select
        {{ surrogate_key([
            'source', 'store_id', 'source_entry_id', 'posting_number',
            "case when entry_type = 'correction' then 'correction' else 'posting' end"
        ]) }} as ledger_entry_key,
        source,
        store_id,
        source_entry_id,
        posting_number,
        order_key,
        order_id,
        document_id,
        order_line_key,
        order_line_id,
        product_key,
        variant_id,
        sku,
        entry_type,
        base_entry_type,
        line_type,
        event_at,
        event_date,
        order_date,
        ledger_date,
        quantity,
        source_amount,
        gross_amount,
        discount_amount,
        amount,
        tax_amount,
        currency,
        gross_amount_reporting,
        discount_amount_reporting,
        amount_reporting,
        tax_amount_reporting,
        reporting_currency,
        is_sales_entry,
        is_test,
        is_exact_duplicate,
        corrected_ledger_entry_key
    from rows_to_add
{%- if is_incremental() %}

    union all

    select
        ledger_entry_key,
        source,
        store_id,
        source_entry_id,
        posting_number,
        order_key,
        order_id,
        document_id,
        order_line_key,
        order_line_id,
        product_key,
        variant_id,
        sku,
        entry_type,
        base_entry_type,
        line_type,
        event_at,
        event_date,
        order_date,
        ledger_date,
        quantity,
        source_amount,
        gross_amount,
        discount_amount,
        amount,
        tax_amount,
        currency,
        gross_amount_reporting,
        discount_amount_reporting,
        amount_reporting,
        tax_amount_reporting,
        reporting_currency,
        is_sales_entry,
        is_test,
        is_exact_duplicate,
        corrected_ledger_entry_key
    from posted
{%- endif %}

),

-- An order that is gone leaves its postings to the members of what is not known: no sum over them loses anything.
described as (

    select
        keyed.*,
        coalesce(orders.channel_id, 'other') as channel_id,
        coalesce(order_customers.customer_key, {{ unknown_customer_key('keyed.store_id') }}) as customer_key,
        orders.country_code,
        keyed.is_sales_entry and keyed.base_entry_type in ('sale', 'edit', 'exchange') as is_sold,
        keyed.is_sales_entry and keyed.base_entry_type = 'return' as is_returned,
        keyed.is_sales_entry and keyed.base_entry_type = 'cancellation' as is_cancelled,
        keyed.base_entry_type in ('sale', 'exchange')
        or (
            keyed.base_entry_type = 'edit'
            and keyed.amount * (case when keyed.entry_type = 'correction' then -1 else 1 end) > 0
        ) as is_charged,
        keyed.posting_number = 1 and keyed.entry_type <> 'correction' as is_first_posting
    from keyed
    left join orders
        on
            keyed.store_id = orders.store_id
            and keyed.order_id = orders.order_id
    left join order_customers
        on
            keyed.store_id = order_customers.store_id
            and keyed.order_id = order_customers.order_id

)

select
    described.ledger_entry_key,
    described.source,
    described.store_id,
    described.source_entry_id,
    described.posting_number,
    described.order_key,
    described.order_id,
    described.document_id,
    described.order_line_key,
    described.order_line_id,
    described.product_key,
    described.variant_id,
    described.sku,
    described.channel_id,
    described.customer_key,
    described.country_code,
    described.entry_type,
    described.base_entry_type,
    described.line_type,
    described.event_at,
    described.event_date,
    described.order_date,
    described.ledger_date,
    described.quantity,
    described.source_amount,
    described.gross_amount,
    described.discount_amount,
    described.amount,
    described.tax_amount,
    described.currency,
    described.gross_amount_reporting,
    described.discount_amount_reporting,
    described.amount_reporting,
    described.tax_amount_reporting,
    described.reporting_currency,
    described.is_sales_entry,
    described.is_sold,
    described.is_returned,
    described.is_cancelled,
    described.is_charged,
    described.is_first_posting,
    described.is_test,
    described.is_exact_duplicate,
    described.corrected_ledger_entry_key
from described
{%- if is_incremental() %}
left join posted
    on described.ledger_entry_key = posted.ledger_entry_key
where
    posted.ledger_entry_key is null
    {%- for column in descriptions %}
    or {{ is_described_anew(column) }}
    {%- endfor %}
    or {{ writes_whole_partitions() }}
{%- endif %}
