/** Functions that migrations may call: of values alone, none that reads files, settings, catalogs or other sessions. */
export const migrationFunctions: ReadonlySet<string> = new Set(
  `now clock_timestamp statement_timestamp transaction_timestamp date_trunc date_part extract timezone age make_date make_interval
   make_timestamptz to_char to_date to_timestamp to_number gen_random_uuid uuidv4 uuidv7
   lower upper initcap btrim ltrim rtrim length char_length octet_length substring substr replace split_part concat concat_ws left right
   lpad rpad reverse repeat strpos position starts_with regexp_replace regexp_match translate md5 sha256 encode decode
   abs sign round ceil ceiling floor trunc power sqrt mod random
   count sum min max avg bool_and bool_or row_number rank dense_rank first_value last_value lag lead
   cardinality array_length array_append array_cat array_remove array_agg array_to_string string_to_array string_agg unnest generate_series
   jsonb_build_object jsonb_build_array jsonb_agg jsonb_object_agg to_jsonb to_json jsonb_typeof jsonb_array_length jsonb_array_elements
   jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys jsonb_set jsonb_strip_nulls jsonb_extract_path jsonb_extract_path_text
   to_tsvector to_tsquery plainto_tsquery websearch_to_tsquery setweight num_nulls num_nonnulls daterange tstzrange int4range int8range numrange
   lower_inc upper_inc isempty`.split(/\s+/),
);
