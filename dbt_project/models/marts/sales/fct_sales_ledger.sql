{{ config(
    materialized='incremental',
    incremental_strategy=incremental_strategy(),
    unique_key='ledger_entry_key',
    partition_by='store_id',
    on_schema_change='fail',
    pre_hook="{{ add_missing_columns() }}"
) }}

-- depends_on: {{ ref('int_exchange_rates') }}, {{ ref('int_reporting_currency') }}
{%- set reporting_amounts = [
    'gross_amount_reporting', 'discount_amount_reporting', 'amount_reporting', 'tax_amount_reporting'
] %}
{%- set amounts = ['source_amount', 'gross_amount', 'discount_amount', 'amount', 'tax_amount'] + reporting_amounts %}
{#- What a posting takes over from its entry, and a correction from the posting that it takes back. #}
{%- set carried = [
    'source', 'store_id', 'source_entry_id', 'posting_number', 'order_key', 'order_id', 'document_id', 'order_line_key',
    'order_line_id', 'product_key', 'variant_id', 'sku', 'line_type', 'event_at', 'event_date', 'order_date', 'currency',
    'reporting_currency', 'is_sales_entry', 'is_test', 'is_exact_duplicate'
] %}
{%- set written = carried + [
    'entry_type', 'base_entry_type', 'ledger_date', 'quantity', 'corrected_ledger_entry_key'
] + amounts %}
{#- What the source says of an entry: a difference in one of these is a changed entry. #}
{%- set stated = [
    'order_id', 'entry_type', 'line_type', 'event_date', 'order_date', 'quantity', 'source_amount', 'gross_amount',
    'discount_amount', 'amount', 'tax_amount', 'currency', 'is_sales_entry'
] %}
{#- What the order is today, what follows from the posting, and twins that no rate had been known for: brought up to
    date in place. #}
{%- set descriptions = [
    'channel_id', 'customer_key', 'country_code', 'is_sold', 'is_returned', 'is_cancelled', 'is_charged',
    'is_first_posting', 'reporting_currency'
] + reporting_amounts %}

with entries as (

    select * from {{ ref('int_ledger_entries') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

order_customers as (

    select * from {{ ref('int_order_customers') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

{% if is_incremental() %}
exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

stored as (

    select * from {{ this }}

),

-- What had no rate yet, or stands in another reporting currency, is no other entry: its twins are completed in place.
posted as (

    select
        stored.ledger_entry_key,
        {%- for column in written if column not in reporting_amounts + ['reporting_currency'] %}
        stored.{{ column }},
        {%- endfor %}
        {%- for column in reporting_amounts %}
        {%- set converted = to_reporting('stored.' ~ column.replace('_reporting', ''), 'exchange_rates') %}
        case
            when stored.reporting_currency = {{ reporting_currency() }}
                then coalesce(stored.{{ column }}, {{ converted }})
            else {{ converted }}
        end as {{ column }},
        {%- endfor %}
        {{ reporting_currency() }} as reporting_currency
    from stored
    left join exchange_rates
        on
            stored.currency = exchange_rates.from_currency
            and stored.event_date = exchange_rates.date

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
-- once stays so when its rate is gone.
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
        {%- for column in carried %}
        open_postings.{{ column }},
        {%- endfor %}
        'correction' as entry_type,
        open_postings.base_entry_type,
        {{ as_of_date("coalesce(stores.timezone, 'UTC')") }} as ledger_date,
        -open_postings.quantity as quantity,
        open_postings.ledger_entry_key as corrected_ledger_entry_key,
        {%- for column in amounts %}
        -open_postings.{{ column }} as {{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
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

{% else %}
new_entries as (

    select
        *,
        1 as posting_number,
        false as is_posted_again
    from entries

),

{% endif -%}
-- What is posted again, whole or in parts, carries the date of its correction, so that a closed month never changes.
postings as (

    select
        {%- for column in carried %}
        new_entries.{{ column }},
        {%- endfor %}
        new_entries.entry_type,
        new_entries.entry_type as base_entry_type,
        case
            when new_entries.is_posted_again then {{ as_of_date("coalesce(stores.timezone, 'UTC')") }}
            else new_entries.event_date
        end as ledger_date,
        new_entries.quantity,
        cast(null as bigint) as corrected_ledger_entry_key,
        {%- for column in amounts %}
        new_entries.{{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from new_entries
    left join stores
        on new_entries.store_id = stores.store_id

),

rows_to_add as (

    select * from postings
{%- if is_incremental() %}

    union all

    select * from reversals
{%- endif %}

),

keyed as (

    select
        {{ surrogate_key([
            'source', 'store_id', 'source_entry_id', 'posting_number',
            "case when entry_type = 'correction' then 'correction' else 'posting' end"
        ]) }} as ledger_entry_key,
        {{ written | join(',\n        ') }}
    from rows_to_add
{%- if is_incremental() %}

    union all

    select
        ledger_entry_key,
        {{ written | join(',\n        ') }}
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
left join stored
    on described.ledger_entry_key = stored.ledger_entry_key
where
    stored.ledger_entry_key is null
    {%- for column in descriptions %}
    or {{ is_described_anew(column) }}
    {%- endfor %}
    or {{ writes_whole_partitions() }}
{%- endif %}
