#include "store/contract/row_json.h"

#include "json/writer.h"

namespace penstock::store {

void append_row_json(const event::Row& row, std::string& out) {
  const event::Record& record = row.record;
  json::Writer json(out);
  json.begin_object();
  json.member("id", record.id.hex())
      .member("project", record.project)
      .member("source", record.source)
      .member("name", record.name)
      .member("received_at", record.received_at_ms)
      .member("occurred_at", record.occurred_at_ms)
      .member("url", record.url)
      .member("referrer", record.referrer)
      .member("ip", record.ip)
      .member("user_agent", record.user_agent)
      .member("user_id", record.user_id)
      .member("anonymous_id", record.anonymous_id)
      .member("session_id", record.session_id);
  json.key("properties").raw(record.properties.empty() ? "{}" : record.properties);
  json.member("host", row.host)
      .member("path", row.path)
      .member("referrer_host", row.referrer_host)
      .member("browser", row.browser)
      .member("os", row.os)
      .member("device", row.device)
      .member("is_bot", row.is_bot)
      .member("country", row.country)
      .member("utm_source", row.utm_source)
      .member("utm_medium", row.utm_medium)
      .member("utm_campaign", row.utm_campaign);
  json.end_object();
}

}  // namespace penstock::store
