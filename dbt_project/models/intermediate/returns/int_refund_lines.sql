with stated as (

    {{ union_of_sources('refund_lines', [
        'store_id', 'refund_id', 'refund_line_id', 'order_id', 'return_id', 'order_line_id', 'quantity', 'is_cancelled',
        'is_restocked', 'line_amount', 'tax_amount', 'currency', 'refunded_at'
    ]) }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

dated as (

    select
        stated.*,
        {{ local_date('stated.refunded_at', 'stores.timezone') }} as refunded_date
    from stated
    inner join stores
        on stated.store_id = stores.store_id

)

select
    dated.store_id,
    dated.refund_id,
    dated.refund_line_id,
    dated.order_id,
    dated.return_id,
    dated.order_line_id,
    dated.quantity,
    dated.is_cancelled,
    dated.is_restocked,
    dated.line_amount,
    dated.tax_amount,
    dated.currency,
    dated.refunded_at,
    dated.refunded_date,
    {{ to_reporting('dated.line_amount', 'exchange_rates') }} as line_amount_reporting,
    {{ to_reporting('dated.tax_amount', 'exchange_rates') }} as tax_amount_reporting
from dated
left join exchange_rates
    on
        dated.currency = exchange_rates.from_currency
        and dated.refunded_date = exchange_rates.date
