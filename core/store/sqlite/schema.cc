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

// The list is known to the compiler, which leaves of each field the one call that it needs.
template <std::size_t kIndex>
void bind_field(sqlite::Statement& statement, int index, const event::Row& row,
                std::string_view ip) {
  constexpr const event::Field& kField = event::kFields[kIndex];
  if constexpr (kField.type == event::FieldType::kId) {
    statement.bind_blob(index, row.record.id.view());
  } else if constexpr (kField.type == event::FieldType::kTime) {
    statement.bind(index, row.record.*kField.time);
  } else if constexpr (kField.type == event::FieldType::kFlag) {
    statement.bind(index, std::int64_t{row.*kField.flag});
  } else {
    statement.bind(index, stored_text(kField, row, ip));
  }
}

}  // namespace

void bind_row(sqlite::Statement& statement, int first, const event::Row& row, std::string_view ip) {
  [&]<std::size_t... kIndexes>(std::index_sequence<kIndexes...>) {
    (bind_field<kIndexes>(statement, first + static_cast<int>(kIndexes), row, ip), ...);
  }
  (std::make_index_sequence<event::kFieldCount>());
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
