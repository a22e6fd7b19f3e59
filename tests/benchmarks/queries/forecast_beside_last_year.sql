-- Sales forecast by week with its 80 % band, beside the same weeks of last year and the model's past error.
select
    forecast.level,
    forecast.series_id,
    date_trunc('week', forecast.forecast_date) as week,
    sum(forecast.mean) as expected,
    sum(forecast.p10) as low_of_days,
    sum(forecast.p90) as high_of_days,
    sum(last_year.value) as last_year,
    any_value(forecast.backtest_wape) as wape
from forecasting.forecast_sales_daily as forecast
inner join marts.dim_date as dates on forecast.forecast_date = dates.date
left join forecasting.series_sales_daily as last_year
    on forecast.measure = last_year.measure
    and forecast.level = last_year.level
    and forecast.series_id = last_year.series_id
    and dates.same_weekday_last_year_date = last_year.date
where forecast.measure = 'net_sales_reporting'
group by all
order by all
