{# A table is built again only where something that it was made of has changed: its SQL, with the run's instant where it
   has one, or what stands in a table that it reads. What each was made of is kept in `state.builds` of the build
   database. It is forgotten before a table is built and kept after, so that no table that a killed run has left is taken
   for finished. Only DuckDB keeps it; a dbt that nobody has told the project's version (SHOPHOUSE_PROJECT_VERSION) builds
   every table. #}

{% macro prepare_builds() -%}
    {{ return(adapter.dispatch('prepare_builds')()) }}
{%- endmacro %}

{% macro default__prepare_builds() -%}
{%- endmacro %}

{% macro duckdb__prepare_builds() -%}
    create schema if not exists {{ target.database }}.state;
    create table if not exists {{ builds() }} (
        relation varchar not null,
        made_of varchar,
        content varchar not null,
        invocation_id varchar not null
    );
    create table if not exists {{ target.database }}.state.raw_contents (relation varchar, loads varchar, content varchar);
    alter table {{ builds() }} add column if not exists version varchar;
    alter table {{ builds() }} add column if not exists code varchar;
    alter table {{ builds() }} add column if not exists inputs varchar;
    alter table {{ builds() }} add column if not exists content_before varchar;
    {#- Seeds and raw tables are others' work: what was seen of them holds for one run. #}
    delete from {{ builds() }} where made_of is null;
{%- endmacro %}

{% macro builds() -%}
    {{ target.database }}.state.builds
{%- endmacro %}

{# What the table of this model is made of: its SQL and that of the views below it, as one hash, and the content of each
   table that it reads. None where that is not known, so that it is built. #}
{% macro made_of() -%}
    {%- set version = run_setting('SHOPHOUSE_PROJECT_VERSION') -%}
    {%- if not version -%}
        {{ return(none) }}
    {%- endif -%}
    {#- Of a model that asks for the run's date alone, the dates count, and not the instant. #}
    {%- set dates = run_setting('SHOPHOUSE_DATES') -%}
    {%- set code = compiled_code | replace(as_of_timestamp() ~ ' /* its date */', dates) if dates else compiled_code -%}
    {%- set made_of = {'code': [version, code], 'inputs': {}} -%}
    {%- do add_inputs(model.depends_on.nodes, made_of, []) -%}
    {%- if none in made_of.code -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set code = local_md5(made_of.code | join('\n')) -%}
    {{ return({
        'version': version,
        'code': code,
        'inputs': made_of.inputs,
        'hash': local_md5(code ~ tojson(made_of.inputs, sort_keys=true)),
    }) }}
{%- endmacro %}

{# Adds the content of every table below these nodes; below a view, its SQL and what it reads. #}
{% macro add_inputs(nodes, made_of, seen) -%}
    {%- for id in nodes if id not in seen and (id.startswith('model.') or id.startswith('seed.') or id.startswith('source.')) -%}
        {%- do seen.append(id) -%}
        {%- set node = graph.sources[id] if id.startswith('source.') else graph.nodes[id] -%}
        {%- set kind = node.get('config', {}).get('materialized') -%}
        {%- if kind in ('view', 'ephemeral') -%}
            {%- if kind == 'view' -%}
                {%- do made_of.code.append(view_sql(node)) -%}
            {%- endif -%}
            {%- do add_inputs(node.depends_on.nodes, made_of, seen) -%}
        {%- else -%}
            {%- do made_of.inputs.update({relation_of(node) | string: content_of(relation_of(node))}) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{% macro view_sql(node) -%}
    {%- set query -%}
        select sql from duckdb_views()
        where database_name = '{{ node.database }}' and schema_name = '{{ node.schema }}' and view_name = '{{ node.alias }}'
    {%- endset -%}
    {%- set rows = run_query(query).rows -%}
    {{ return(rows[0][0] if rows else none) }}
{%- endmacro %}

{% macro relation_of(node) -%}
    {{ return(api.Relation.create(node.database, node.schema, node.get('alias') or node.identifier)) }}
{%- endmacro %}

{# The content of a table as it was built, or as it is found where it is none of ours (a seed, a raw table). #}
{% macro content_of(relation) -%}
    {%- set query -%}
        select content from {{ builds() }}
        where relation = '{{ relation }}' and (made_of is not null or invocation_id = '{{ invocation_id }}')
    {%- endset -%}
    {%- set known = run_query(query).rows -%}
    {%- if known -%}
        {{ return(known[0][0]) }}
    {%- endif -%}
    {%- set content = fingerprint(relation) -%}
    {%- do keep_build(relation, none, content) -%}
    {{ return(content) }}
{%- endmacro %}

{# Number and hashes of a table's rows, whatever their order. Of a raw table, the loads that its rows came with: a row
   changes with a load only, or by the end of its version; and where the run has looked which rows came again as they were,
   what it saw. Two equal rows cancel out in one hash, and not in the other. #}
{% macro fingerprint(relation) -%}
    {#- By run_query, as all that is asked here: it opens no transaction, and one can write to one file only. -#}
    {%- set columns -%}
        select string_agg(column_name, ', ' order by column_name)
        from duckdb_columns()
        where
            database_name = '{{ relation.database }}'
            and schema_name = '{{ relation.schema }}'
            and table_name = '{{ relation.identifier }}'
            and column_name in ('_dlt_load_id', '_valid_to')
    {%- endset -%}
    {%- set hashed = run_query(columns).rows[0][0] or 'stored' -%}
    {%- set query -%}
        select
            concat_ws(
                ' ', count(*), bit_xor(hash({{ hashed }})), sum(cast(hash({{ hashed }}) as hugeint))
            )
        from {{ relation }} as stored
    {%- endset -%}
    {%- set found = run_query(query).rows[0][0] -%}
    {%- if hashed == 'stored' -%}
        {{ return(found) }}
    {%- endif -%}
    {%- set noted -%}
        select content from {{ target.database }}.state.raw_contents
        where relation = '{{ relation }}' and loads = '{{ found }}'
    {%- endset -%}
    {%- set contents = run_query(noted).rows -%}
    {{ return(contents[0][0] if contents else found) }}
{%- endmacro %}

{# The last build of this table; none where it is to be built anew. #}
{% macro last_build() -%}
    {%- if should_full_refresh() or load_cached_relation(this) is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set query -%}
        select made_of, version, code, inputs, content from {{ builds() }} where relation = '{{ this }}' and made_of is not null
    {%- endset -%}
    {%- set rows = run_query(query).rows -%}
    {{ return(rows[0] if rows else none) }}
{%- endmacro %}

{# The last build, where it was one of the same project: only then do its rows compare with those of now. #}
{% macro of_same_version(made_of, last) -%}
    {{ return(last if last and last.version == made_of.version else none) }}
{%- endmacro %}

{% macro forget_build(relation) -%}
    {%- do run_query("delete from " ~ builds() ~ " where relation = '" ~ relation ~ "'") -%}
{%- endmacro %}

{% macro keep_build(relation, made_of, content, content_before=none) -%}
    {%- set values = [
        relation | string, made_of.hash if made_of else none, content, invocation_id, made_of.version if made_of else none,
        made_of.code if made_of else none, tojson(made_of.inputs) if made_of else none, content_before
    ] -%}
    {%- set literals = [] -%}
    {%- for value in values -%}
        {%- do literals.append('null' if value is none else "'" ~ (value | replace("'", "''")) ~ "'") -%}
    {%- endfor -%}
    {%- do run_query("insert into " ~ builds() ~ " values (" ~ literals | join(', ') ~ ")") -%}
{%- endmacro %}

{% materialization table, adapter='duckdb' %}
    {%- set made_of = made_of() -%}
    {%- set last = last_build() if made_of else none -%}
    {%- if last and last.made_of == made_of.hash -%}
        {%- call noop_statement('main', message='UNCHANGED', code='UNCHANGED') -%}
            select 'unchanged'
        {%- endcall -%}
        {{ return({'relations': [this]}) }}
    {%- endif -%}
    {%- set alike = of_same_version(made_of, last) -%}
    {%- set touched = touched_keys(made_of, alike) -%}
    {%- do forget_build(this) -%}
    {%- do note_rows_before(alike, touched) -%}
    {%- set built = build_touched(made_of, touched) if touched else dbt.materialization_table_duckdb() -%}
    {%- if made_of -%}
        {%- do note_changes(alike, touched) -%}
        {%- do keep_build(this, made_of, fingerprint(this), alike.content if alike else none) -%}
    {%- endif -%}
    {{ return(built) }}
{% endmaterialization %}

{# A table with a history always looks for what is new: that it was asked is what its readers have to know. #}
{% materialization incremental, adapter='duckdb' %}
    {%- set made_of = made_of() -%}
    {%- set alike = of_same_version(made_of, last_build() if made_of else none) -%}
    {%- do forget_build(this) -%}
    {%- do note_rows_before(alike, none) -%}
    {%- set built = dbt.materialization_incremental_duckdb() -%}
    {%- if made_of -%}
        {%- do note_changes(alike, none) -%}
        {%- do keep_build(this, made_of, fingerprint(this), alike.content if alike else none) -%}
    {%- endif -%}
    {{ return(built) }}
{% endmaterialization %}
