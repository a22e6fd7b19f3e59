select distinct ledger.reporting_currency
from {{ ref('fct_sales_ledger') }} as ledger
left join {{ ref('int_reporting_currency') }} as reporting_currency
    on ledger.reporting_currency = reporting_currency.reporting_currency
where reporting_currency.reporting_currency is null
