#include "event/record_json.h"

#include "event/fields.h"
#include "json/writer.h"

namespace penstock::event {

void append_record_json(const Record& record, std::string& out) {
  json::Writer writer(out);
  writer.begin_object();
  for (const Field& field : kFields) {
    if (!is_of_record(field)) continue;
    switch (field.type) {
      case FieldType::kId:
        writer.member(field.name, record.id.hex());
        break;
      case FieldType::kTime:
        writer.member(field.name, record.*field.time);
        break;
      case FieldType::kJson:
        writer.key(field.name)
            .raw((record.*field.of_record).empty() ? "{}" : record.*field.of_record);
        break;
      case FieldType::kText:
        writer.member(field.name, record.*field.of_record);
        break;
      case FieldType::kFlag:
        break;
    }
  }
  writer.end_object();
}

}  // namespace penstock::event
