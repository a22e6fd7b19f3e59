select
    cast(vintage_year as int) as vintage_year,
    zcta,
    population,
    population_moe,
    households,
    households_moe,
    {{ money('median_household_income') }} as median_household_income_amount,
    {{ money('median_household_income_moe') }} as median_household_income_moe_amount,
    cast(median_age as decimal(6, 2)) as median_age,
    cast(median_age_moe as decimal(6, 2)) as median_age_moe,
    occupied_units,
    occupied_units_moe,
    owner_occupied_units,
    owner_occupied_units_moe,
    null_reasons,
    median_limits
from {{ source('census', 'acs_zcta') }}
