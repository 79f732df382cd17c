#include "store/sqlite/schema.h"

#include <utility>

#include "event/kind.h"

namespace penstock::store {
namespace {

// The one field that the store may change (StoreOptions::anonymize_ip), and the one that an older
// message may lack.
constexpr const event::Field* kIp = event::field_named("ip");
constexpr const event::Field* kKind = event::field_named("kind");

std::string_view stored_text(const event::Field& field, const event::Row& row,
                             std::string_view ip) {
  if (&field == kIp) return ip;
  if (&field == kKind && row.record.kind.empty()) return event::default_kind(row.record.name);
  return event::text_of(field, row);
}

// The list is known to the compiler, which leaves of each field the one call that it needs. `bound`
// is what the statement has of it, where that is known.
template <std::size_t kIndex>
void bind_field(sqlite::Statement& statement, int index, const event::Row& row, std::string_view ip,
                std::string_view* bound, bool is_bound) {
  constexpr const event::Field& kField = event::kFields[kIndex];
  if constexpr (kField.type == event::FieldType::kId) {
    statement.bind_blob(index, row.record.id.view());
  } else if constexpr (kField.type == event::FieldType::kTime) {
    statement.bind(index, row.record.*kField.time);
  } else if constexpr (kField.type == event::FieldType::kFlag) {
    statement.bind(index, std::int64_t{row.*kField.flag});
  } else {
    const std::string_view text = stored_text(kField, row, ip);
    // What was bound of `ip` may be gone.
    if (bound != nullptr && &kField != kIp) {
      if (is_bound && *bound == text) return;
      *bound = text;
    }
    statement.bind(index, text);
  }
}

void bind_fields(sqlite::Statement& statement, int first, const event::Row& row,
                 std::string_view ip, std::string_view* bound, bool is_bound) {
  [&]<std::size_t... kIndexes>(std::index_sequence<kIndexes...>) {
    (bind_field<kIndexes>(statement, first + static_cast<int>(kIndexes), row, ip,
                          bound == nullptr ? nullptr : bound + kIndexes, is_bound),
     ...);
  }
  (std::make_index_sequence<event::kFieldCount>());
}

}  // namespace

void bind_row(sqlite::Statement& statement, int first, const event::Row& row, std::string_view ip) {
  bind_fields(statement, first, row, ip, nullptr, false);
}

void RowBinder::bind(sqlite::Statement& statement, int first, const event::Row& row,
                     std::string_view ip) {
  bind_fields(statement, first, row, ip, texts_.data(), is_bound_);
  is_bound_ = true;
}

event::Row row_of(const sqlite::Statement& statement, int first) {
  event::Row row;
  int index = first;
  for (const event::Field& field : event::kFields) {
    switch (field.type) {
      case event::FieldType::kId: {
        // A person's hand may have put in an id of another length.
        const std::string_view id = statement.blob(index++);
        if (id.size() == row.record.id.bytes.size()) row.record.id = event::Id::from_bytes(id);
        break;
      }
      case event::FieldType::kTime:
        row.record.*field.time = statement.integer(index++);
        break;
      case event::FieldType::kFlag:
        row.*field.flag = statement.integer(index++) != 0;
        break;
      case event::FieldType::kText:
      case event::FieldType::kJson:
        event::text_of(field, row) = statement.text(index++);
        break;
    }
  }
  return row;
}

}  // namespace penstock::store
