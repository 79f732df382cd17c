#include "store/sqlite/compact_schema.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/function_ref.h"
#include "base/text.h"

namespace penstock::store {
namespace {

constexpr std::array<std::string_view, 8> kSortFields = {
    "project", "source", "kind", "name", "host", "utm_source", "utm_medium", "utm_campaign"};
constexpr std::array<std::string_view, 5> kAgentFields = {"browser", "os", "device", "is_bot",
                                                          "country"};

template <class Names>
bool is_among(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_in_table_of(CompactPlace table, CompactPlace place) {
  if (table == CompactPlace::kAgent) return is_of_agents(place);
  if (table == CompactPlace::kSort) return place == CompactPlace::kSort;
  return place != CompactPlace::kSort && !is_of_agents(place);
}

// What `part` gives for each field of a table, between commas.
std::string list(CompactPlace table, FunctionRef<std::string(const event::Field&)> part) {
  std::string all;
  for (const event::Field& field : event::kFields) {
    if (!is_in_table_of(table, compact_place(field))) continue;
    if (!all.empty()) all += ", ";
    all += part(field);
  }
  return all;
}

// received_at has a column of another name: it is not the same.
std::string_view column_of(const event::Field& field) {
  return compact_place(field) == CompactPlace::kReceived ? "received_after" : field.name;
}

std::string columns(CompactPlace table) {
  return list(table, [](const event::Field& field) { return std::string(column_of(field)); });
}

// Columns that hold numbers of texts have no type: SQLite would make texts of them.
std::string definition(const event::Field& field) {
  switch (compact_place(field)) {
    case CompactPlace::kRow:
      return str_cat(field.name, field.type == event::FieldType::kId ? " BLOB" : " INTEGER");
    case CompactPlace::kSort:
    case CompactPlace::kAgent:
      return str_cat(field.name, field.type == event::FieldType::kFlag ? " INTEGER" : " TEXT");
    case CompactPlace::kText:
    case CompactPlace::kUrl:
    case CompactPlace::kReceived:
    case CompactPlace::kAgentText:
      break;
  }
  return std::string(column_of(field));
}

std::string definitions(CompactPlace table) {
  return list(table, [](const event::Field& field) { return definition(field); });
}

std::string text_sql(std::string_view value) {
  return str_cat("CASE typeof(", value, ") WHEN 'integer' THEN (SELECT text FROM compact_texts ",
                 "WHERE number = ", value, ") ELSE ", value, " END");
}

std::string value_sql(const event::Field& field) {
  switch (compact_place(field)) {
    case CompactPlace::kRow:
      return str_cat("r.", field.name);
    case CompactPlace::kText:
      return text_sql(str_cat("r.", field.name));
    case CompactPlace::kUrl:
      return str_cat(
          "CASE typeof(r.url) WHEN 'integer' THEN (SELECT text FROM compact_texts WHERE ",
          "number = r.url) WHEN 'blob' THEN '", kCompactUrlStart, "' || s.host || ",
          text_sql("r.path"), " || CAST(r.url AS TEXT) ELSE r.url END");
    case CompactPlace::kReceived:
      return "CASE WHEN typeof(r.received_after) = 'integer' AND typeof(r.occurred_at) = 'integer' "
             "THEN r.occurred_at + r.received_after ELSE r.received_after END";
    case CompactPlace::kSort:
      return str_cat("s.", field.name);
    case CompactPlace::kAgent:
      return str_cat("a.", field.name);
    case CompactPlace::kAgentText:
      return text_sql(str_cat("a.", field.name));
  }
  return std::string();
}

// Joined so that what a statement does not ask for is not looked up.
constexpr std::string_view kFrom =
    " FROM compact_rows r LEFT JOIN compact_sorts s ON s.number = r.sort "
    "LEFT JOIN compact_agents a ON a.number = r.agent";

// As the table's column would take it: a number becomes a text, and never that of another text.
std::string taken_sql(const event::Field& field, std::string_view value) {
  switch (compact_place(field)) {
    case CompactPlace::kText:
    case CompactPlace::kAgentText:
      return str_cat("CASE WHEN typeof(", value, ") IN ('integer', 'real') THEN CAST(", value,
                     " AS TEXT) ELSE ", value, " END");
    case CompactPlace::kUrl:
      return str_cat("CAST(", value, " AS TEXT)");
    case CompactPlace::kReceived:
      return "CASE WHEN typeof(new.received_at) = 'integer' AND typeof(new.occurred_at) = "
             "'integer' THEN new.received_at - new.occurred_at ELSE new.received_at END";
    case CompactPlace::kRow:
    case CompactPlace::kSort:
    case CompactPlace::kAgent:
      break;
  }
  return std::string(value);
}

std::string new_value_sql(const event::Field& field) {
  return taken_sql(field, str_cat("new.", field.name));
}

bool depends_url(const event::Field& field) { return field.name == "path" || field.name == "host"; }

// Whether an update leaves all fields as they are that `is_meant` names.
std::string unchanged_sql(FunctionRef<bool(const event::Field&)> is_meant) {
  std::string all;
  for (const event::Field& field : event::kFields) {
    if (!is_meant(field)) continue;
    all += str_cat(all.empty() ? "" : " AND ", "new.", field.name, " IS old.", field.name);
  }
  return all;
}

std::string unchanged_table_sql(CompactPlace table) {
  return unchanged_sql(
      [table](const event::Field& field) { return is_in_table_of(table, compact_place(field)); });
}

// What is as it was keeps the number of its text.
std::string updated_sql(const event::Field& field) {
  const CompactPlace place = compact_place(field);
  std::string value = new_value_sql(field);
  if (place != CompactPlace::kText && place != CompactPlace::kUrl) return value;
  const std::string same = unchanged_sql([&](const event::Field& other) {
    return &other == &field || (place == CompactPlace::kUrl && depends_url(other));
  });
  return str_cat("CASE WHEN ", same, " THEN ", field.name, " ELSE ", value, " END");
}

constexpr std::string_view table_name(CompactPlace table) {
  if (table == CompactPlace::kSort) return "compact_sorts";
  return table == CompactPlace::kAgent ? "compact_agents" : "compact_rows";
}

std::string insert_combination_sql(CompactPlace table) {
  return str_cat("INSERT INTO ", table_name(table), " (", columns(table), ") SELECT ",
                 list(table, [](const event::Field& field) { return new_value_sql(field); }));
}

constexpr std::string_view kNewestSort = "(SELECT max(number) FROM compact_sorts)";
constexpr std::string_view kNewestAgent = "(SELECT max(number) FROM compact_agents)";

std::string insert_trigger_sql() {
  const std::string values =
      list(CompactPlace::kRow, [](const event::Field& field) { return new_value_sql(field); });
  return str_cat("CREATE TRIGGER insert_event INSTEAD OF INSERT ON events BEGIN ",
                 insert_combination_sql(CompactPlace::kSort), "; ",
                 insert_combination_sql(CompactPlace::kAgent),
                 "; INSERT INTO compact_rows (sort, agent, ", columns(CompactPlace::kRow),
                 ") VALUES (", kNewestSort, ", ", kNewestAgent, ", ", values, "); END;\n");
}

std::string update_trigger_sql() {
  const std::string same_sort = unchanged_table_sql(CompactPlace::kSort);
  const std::string same_agent = unchanged_table_sql(CompactPlace::kAgent);
  const std::string assignments = list(CompactPlace::kRow, [](const event::Field& field) {
    return str_cat(column_of(field), " = ", updated_sql(field));
  });
  return str_cat("CREATE TRIGGER update_event INSTEAD OF UPDATE ON events BEGIN ",
                 insert_combination_sql(CompactPlace::kSort), " WHERE NOT (", same_sort, "); ",
                 insert_combination_sql(CompactPlace::kAgent), " WHERE NOT (", same_agent,
                 "); UPDATE compact_rows SET sort = CASE WHEN ", same_sort, " THEN sort ELSE ",
                 kNewestSort, " END, agent = CASE WHEN ", same_agent, " THEN agent ELSE ",
                 kNewestAgent, " END, ", assignments, " WHERE id IS old.id; END;\n");
}

std::string make_rows_view_sql() {
  std::string sql = "CREATE TEMP VIEW events AS SELECT r.row AS rowid";
  for (const event::Field& field : event::kFields) {
    sql += str_cat(", ", value_sql(field), " AS ", field.name);
  }
  return str_cat(sql, kFrom, ";");
}

}  // namespace

CompactPlace compact_place(const event::Field& field) {
  if (field.name == "url") return CompactPlace::kUrl;
  if (field.name == "received_at") return CompactPlace::kReceived;
  if (field.name == "user_agent") return CompactPlace::kAgentText;
  if (is_among(kSortFields, field.name)) return CompactPlace::kSort;
  if (is_among(kAgentFields, field.name)) return CompactPlace::kAgent;
  const bool is_text =
      field.type == event::FieldType::kText || field.type == event::FieldType::kJson;
  return is_text ? CompactPlace::kText : CompactPlace::kRow;
}

std::string compact_tables_sql() {
  return str_cat(
      "CREATE TABLE compact_texts (number INTEGER PRIMARY KEY, text TEXT);\n",
      "CREATE TABLE compact_sorts (number INTEGER PRIMARY KEY, ", definitions(CompactPlace::kSort),
      ");\n", "CREATE TABLE compact_agents (number INTEGER PRIMARY KEY, ",
      definitions(CompactPlace::kAgent), ");\n",
      "CREATE TABLE compact_rows (row INTEGER PRIMARY KEY, sort INTEGER, agent INTEGER, ",
      definitions(CompactPlace::kRow), ");\n");
}

std::string compact_indexes_sql() {
  return "CREATE UNIQUE INDEX compact_rows_by_id ON compact_rows (id);\n"
         "CREATE TRIGGER note_deleted_rows AFTER DELETE ON compact_rows BEGIN "
         "INSERT OR IGNORE INTO changed_rows VALUES (old.row); END;\n"
         "CREATE TRIGGER note_changed_rows AFTER UPDATE ON compact_rows BEGIN "
         "INSERT OR IGNORE INTO changed_rows VALUES (old.row); "
         "INSERT OR IGNORE INTO changed_rows VALUES (new.row); END;\n";
}

std::string compact_view_sql(std::span<const std::string> columns) {
  std::string sql = "CREATE VIEW events AS SELECT ";
  bool is_first = true;
  for (const std::string& name : columns) {
    const event::Field* field = event::field_named(name);
    if (field == nullptr) continue;
    sql += str_cat(is_first ? "" : ", ", value_sql(*field), " AS ", name);
    is_first = false;
  }
  return str_cat(sql, kFrom, ";\n", insert_trigger_sql(), update_trigger_sql(),
                 "CREATE TRIGGER delete_event INSTEAD OF DELETE ON events BEGIN "
                 "DELETE FROM compact_rows WHERE id IS old.id; END;\n");
}

const char* compact_rows_view_sql() {
  static const std::string sql = make_rows_view_sql();
  return sql.c_str();
}

std::string compact_insert_sql(CompactPlace table) {
  const bool is_rows = table == CompactPlace::kRow;
  std::string sql =
      str_cat("INSERT INTO ", table_name(table), " (", is_rows ? "row, sort, agent, " : "number, ",
              columns(table), ") VALUES (", is_rows ? "?, ?, ?" : "?");
  for (const event::Field& field : event::kFields) {
    if (is_in_table_of(table, compact_place(field))) sql += ", ?";
  }
  return sql + ")";
}

}  // namespace penstock::store
