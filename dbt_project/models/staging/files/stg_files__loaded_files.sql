select
    file_id,
    file_name,
    template as template_name,
    row_count,
    {{ utc_timestamp('loaded_at') }} as loaded_at
from {{ source('files', 'loaded_files') }}
