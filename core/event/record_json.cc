#include "event/record_json.h"

#include "json/writer.h"

namespace penstock::event {

void append_record_json(const Record& record, std::string& out) {
  json::Writer writer(out);
  writer.begin_object();
  writer.member("id", record.id.hex());
  writer.member("project", record.project).member("source", record.source);
  writer.member("name", record.name);
  writer.member("received_at", record.received_at_ms);
  writer.member("occurred_at", record.occurred_at_ms);
  writer.member("url", record.url).member("referrer", record.referrer);
  writer.member("ip", record.ip).member("user_agent", record.user_agent);
  writer.member("user_id", record.user_id).member("anonymous_id", record.anonymous_id);
  writer.member("session_id", record.session_id);
  writer.key("properties").raw(record.properties.empty() ? "{}" : record.properties);
  writer.end_object();
}

}  // namespace penstock::event
