#include "cli/csv.h"

#include "base/text.h"

namespace penstock::cli {

void append_csv_cell(std::string& out, std::string_view text) {
  const bool is_formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  if (text.find_first_of("\",\r\n") == std::string_view::npos) {
    if (is_formula) out += '\'';
    out += text;
    return;
  }
  out += '"';
  if (is_formula) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_csv_header(std::string& out) {
  out +=
      "id,project,source,name,received_at,occurred_at,url,referrer,ip,user_agent,user_id,"
      "anonymous_id,session_id,properties,host,path,referrer_host,browser,os,device,is_bot,"
      "country,utm_source,utm_medium,utm_campaign\r\n";
}

void append_csv_row(const event::Row& row, std::string& out) {
  const event::Record& record = row.record;
  out += record.id.hex();
  const auto add = [&](std::string_view text) {
    out += ',';
    append_csv_cell(out, text);
  };
  add(record.project);
  add(record.source);
  add(record.name);
  out += str_cat(",", record.received_at_ms, ",", record.occurred_at_ms);
  add(record.url);
  add(record.referrer);
  add(record.ip);
  add(record.user_agent);
  add(record.user_id);
  add(record.anonymous_id);
  add(record.session_id);
  add(record.properties.empty() ? "{}" : record.properties);
  add(row.host);
  add(row.path);
  add(row.referrer_host);
  add(row.browser);
  add(row.os);
  add(row.device);
  add(row.is_bot ? "1" : "0");
  add(row.country);
  add(row.utm_source);
  add(row.utm_medium);
  add(row.utm_campaign);
  out += "\r\n";
}

}  // namespace penstock::cli
