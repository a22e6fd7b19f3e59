{{ config(materialized='view') }}

{{ union_of_sources('ad_groups', source_column='platform', columns=['account_id', 'ad_group_id', 'ad_group_name']) }}
