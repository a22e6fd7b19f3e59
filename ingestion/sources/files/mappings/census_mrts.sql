/*
template: census_retail
description: >
  Monthly Retail Trade Survey in long form (month, naics, kind_of_business, seasonally_adjusted, sales_musd, flag), as
  derived from the survey's workbook: sales in million US dollars. A suppressed cell keeps its reason; a preliminary
  one (P) keeps its number. Totals, which have no NAICS code, get the survey's own category codes.
*/
select
    'mrts' as program,
    left("month", 7) as month,
    case
        when kind_of_business = 'Retail and food services sales, total' then '44X72'
        when kind_of_business like '%excl motor vehicle and parts and gasoline stations' then '44W72'
        when kind_of_business = 'Retail sales and food services excl motor vehicle and parts' then '44Y72'
        when kind_of_business = 'Retail sales and food services excl gasoline stations' then '44Z72'
        when kind_of_business = 'Retail sales, total' then '44000'
        when kind_of_business like 'Retail sales, total (excl. motor vehicle%' then '4400A'
        when kind_of_business like 'GAFO%' then 'GAFO'
        when naics = '4411,4412' then '441X'
        when naics = '442,443' then '4423X'
        when regexp_matches(naics, '^\d{3,6}(, ?\d{3,6})*$') then naics
        else refuse(kind_of_business, 'a kind of business that the mapping knows; say there what its category code is')
    end as category_code,
    'SM' as data_type_code,
    case seasonally_adjusted when 'true' then 'yes' when 'false' then 'no' end as seasonally_adj,
    'no' as error_data,
    case
        when flag in ('(S)', 'P(S)') then '(S)'
        when flag = '(NA)' then '(NA)'
        when coalesce(flag, 'P') = 'P' then sales_musd
        else refuse(flag, 'P, (S) or (NA)')
    end as cell_value,
    file_line
from rows
