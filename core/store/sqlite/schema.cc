#include "store/sqlite/schema.h"

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

}  // namespace

void bind_row(sqlite::Statement& statement, int first, const event::Row& row, std::string_view ip) {
  int index = first;
  for (const event::Field& field : event::kFields) {
    switch (field.type) {
      case event::FieldType::kId:
        statement.bind_blob(index++, row.record.id.view());
        break;
      case event::FieldType::kTime:
        statement.bind(index++, row.record.*field.time);
        break;
      case event::FieldType::kFlag:
        statement.bind(index++, std::int64_t{row.*field.flag});
        break;
      case event::FieldType::kText:
      case event::FieldType::kJson:
        statement.bind(index++, stored_text(field, row, ip));
        break;
    }
  }
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
