#include "store/contract/row_json.h"

#include "event/fields.h"
#include "json/writer.h"

namespace penstock::store {

void append_row_json(const event::Row& row, std::string& out) {
  json::Writer json(out);
  json.begin_object();
  for (const event::Field& field : event::kFields) {
    switch (field.type) {
      case event::FieldType::kId:
        json.member(field.name, row.record.id.hex());
        break;
      case event::FieldType::kTime:
        json.member(field.name, row.record.*field.time);
        break;
      case event::FieldType::kJson:
        json.key(field.name).raw(event::text_of(field, row));
        break;
      case event::FieldType::kFlag:
        json.member(field.name, row.*field.flag);
        break;
      case event::FieldType::kText:
        json.member(field.name, event::text_of(field, row));
        break;
    }
  }
  json.end_object();
}

}  // namespace penstock::store
