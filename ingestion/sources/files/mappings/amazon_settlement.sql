/*
template: payments
description: >
  Amazon's settlement report (flat file V2): a row an amount. Of each order, what the buyer paid or got back, and what Amazon
  kept of it or gave back. Amounts without an order (advertising, storage, reserves, transfers) are left out.
settings:
  store_id:
  timezone:
file:
  names: "*settlement*"
  delimiter: "\t"
  quote: none
  decimal: "."
*/
with amounts as (

    select
        *,
        number("amount") as money,
        max("currency") over (partition by "settlement-id") as settlement_currency
    from rows

),

orders as (

    select
        "settlement-id" as settlement,
        "order-id" as order_id,
        case
            when "transaction-type" in ('Order', 'Shipment') then 'payment'
            when "transaction-type" in ('Refund', 'Chargeback Refund', 'A-to-z Guarantee Refund') then 'refund'
            else refuse("transaction-type", 'Order or Refund; say in the mapping what another one moves')
        end as payment_type,
        settlement_currency,
        min(local_time("posted-date-time")) as paid_at,
        sum(case when "amount-type" in ('ItemPrice', 'Promotion', 'ItemWithheldTax') then money else 0 end) as paid,
        sum(case when "amount-type" not in ('ItemPrice', 'Promotion', 'ItemWithheldTax') then money else 0 end) as kept,
        min(file_line) as file_line
    from amounts
    where
        "order-id" is not null
        and "transaction-type" not in ('other-transaction', 'Adjustment')
    group by all

)

select
    setting('store_id') || '-' || lower(settlement_currency) as store_id,
    settlement || '-' || order_id || '-' || payment_type as payment_id,
    order_id,
    paid_at,
    setting('timezone') as timezone,
    payment_type,
    'amazon' as method,
    case payment_type when 'refund' then -paid else paid end as amount,
    -kept as fee_amount,
    settlement_currency as currency,
    file_line
from orders
