#include "store/sqlite/compact_insert.h"

#include <utility>

#include "base/text.h"

namespace penstock::store {
namespace {

bool is_of_combination(CompactPlace table, CompactPlace place) {
  return table == CompactPlace::kSort ? place == CompactPlace::kSort : is_of_agents(place);
}

void bind_text(sqlite::Statement& statement, int index, std::string_view text,
               const CompactWords* words) {
  if (words != nullptr) {
    const auto found = words->texts.find(std::string(text));
    if (found != words->texts.end()) {
      statement.bind(index, found->second);
      return;
    }
  }
  statement.bind(index, text);
}

void bind_field(sqlite::Statement& statement, int index, const event::Field& field,
                const event::Row& row, const CompactWords* words) {
  switch (compact_place(field)) {
    case CompactPlace::kRow:
      if (field.type == event::FieldType::kId) {
        statement.bind_blob(index, row.record.id.view());
      } else {
        statement.bind(index, row.record.*field.time);
      }
      return;
    case CompactPlace::kReceived:
      statement.bind(index, row.record.received_at_ms - row.record.occurred_at_ms);
      return;
    case CompactPlace::kUrl:
      if (const auto rest = compact_url_rest(row)) {
        statement.bind_blob(index, *rest);
        return;
      }
      bind_text(statement, index, row.record.url, words);
      return;
    case CompactPlace::kText:
    case CompactPlace::kAgentText:
      bind_text(statement, index, event::text_of(field, row), words);
      return;
    case CompactPlace::kSort:
    case CompactPlace::kAgent:
      if (field.type == event::FieldType::kFlag) {
        statement.bind(index, std::int64_t{row.*field.flag});
      } else {
        statement.bind(index, event::text_of(field, row));
      }
      return;
  }
}

// The values of a combination, each behind its length.
void make_key(CompactPlace table, const event::Row& row, std::string& key) {
  key.clear();
  for (const event::Field& field : event::kFields) {
    if (!is_of_combination(table, compact_place(field))) continue;
    if (field.type == event::FieldType::kFlag) {
      key += row.*field.flag ? '1' : '0';
    } else {
      const std::string_view text = event::text_of(field, row);
      key += str_cat(text.size(), ':', text);
    }
  }
}

}  // namespace

std::optional<std::string_view> compact_url_rest(const event::Row& row) {
  std::string_view rest = row.record.url;
  for (const std::string_view start : {kCompactUrlStart, row.host, row.path}) {
    if (!rest.starts_with(start)) return std::nullopt;
    rest.remove_prefix(start.size());
  }
  return rest;
}

Result<CompactInsert> CompactInsert::prepare(sqlite::Database& database) {
  auto find = database.prepare("SELECT 1 FROM compact_rows WHERE id = ?");
  if (!find) return fail(find.error());
  auto insert_row = database.prepare(compact_insert_sql(CompactPlace::kRow));
  if (!insert_row) return fail(insert_row.error());
  auto insert_sort = database.prepare(compact_insert_sql(CompactPlace::kSort));
  if (!insert_sort) return fail(insert_sort.error());
  auto insert_agent = database.prepare(compact_insert_sql(CompactPlace::kAgent));
  if (!insert_agent) return fail(insert_agent.error());
  return CompactInsert(database, *std::move(find), *std::move(insert_row), *std::move(insert_sort),
                       *std::move(insert_agent));
}

Result<bool> CompactInsert::insert_new(std::int64_t row_id, const event::Row& row) {
  find_.bind_blob(1, row.record.id.view());
  auto is_there = find_.step();
  if (!is_there) return fail(is_there.error());
  find_.reset();
  if (*is_there) return false;
  PENSTOCK_TRY(insert(row_id, row, nullptr));
  return true;
}

Result<void> CompactInsert::insert(std::int64_t row_id, const event::Row& row,
                                   CompactWords* words) {
  auto sort = combination(CompactPlace::kSort, row, words);
  if (!sort) return fail(sort.error());
  auto agent = combination(CompactPlace::kAgent, row, words);
  if (!agent) return fail(agent.error());
  int index = 1;
  for (const std::int64_t number : {row_id, *sort, *agent}) insert_row_.bind(index++, number);
  for (const event::Field& field : event::kFields) {
    const CompactPlace place = compact_place(field);
    if (place == CompactPlace::kSort || is_of_agents(place)) continue;
    bind_field(insert_row_, index++, field, row, words);
  }
  return insert_row_.run();
}

Result<std::int64_t> CompactInsert::combination(CompactPlace table, const event::Row& row,
                                                CompactWords* words) {
  const bool is_sort = table == CompactPlace::kSort;
  auto* const known = words == nullptr ? nullptr : is_sort ? &words->sorts : &words->agents;
  if (known != nullptr) {
    make_key(table, row, key_);
    const auto found = known->find(key_);
    if (found != known->end()) return found->second;
  }
  sqlite::Statement& insert = is_sort ? insert_sort_ : insert_agent_;
  insert.bind_null(1);
  int index = 2;
  for (const event::Field& field : event::kFields) {
    if (is_of_combination(table, compact_place(field))) {
      bind_field(insert, index++, field, row, words);
    }
  }
  PENSTOCK_TRY(insert.run());
  const std::int64_t number = database_->last_row_id();
  if (known != nullptr && known->size() < CompactWords::kCombinationsMax) {
    known->emplace(key_, number);
  }
  return number;
}

}  // namespace penstock::store
