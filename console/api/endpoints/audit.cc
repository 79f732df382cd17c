// The audit log, page by page. It is written by those who do what it tells (record.h).
#include <utility>

#include "console/api/endpoints/endpoints.h"
#include "console/api/request/answers.h"
#include "console/api/request/query_reader.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

http::Response get_audit(Call& call, Services& services) {
  QueryReader query(call.query, services.clock.wall_ms());
  const std::uint32_t limit = query.number("limit", 50, 1, 500);
  const std::string cursor = query.text("cursor");
  if (auto refusal = query.refusal()) return *refusal;

  const auto page = services.audit->page(limit, cursor);
  if (!page) {
    if (page.error().code != ErrorCode::kRejected) return failure_answer(page.error());
    return bad_parameter("cursor", page.error().step);
  }
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("entries").begin_array();
  for (const AuditEntry& entry : page->entries) {
    writer.begin_object().member("id", entry.id).member("at", entry.at_ms);
    writer.member("actor", std::string_view(entry.actor));
    writer.member("act", std::string_view(entry.act));
    writer.member("subject", std::string_view(entry.subject));
    writer.member("detail", std::string_view(entry.detail)).member("is_intact", entry.is_intact);
    writer.end_object();
  }
  writer.end_array().member_or_null("next", page->next).end_object();
  return json_answer(std::move(body));
}

constexpr Parameter kParameters[] = {
    {"limit", R"({"type":"integer","minimum":1,"maximum":500,"default":50})", "Entries at most"},
    {"cursor", R"({"type":"string"})", "next of the page before"},
};
constexpr const char* kAudit = R"({"title":"AuditLog","type":"object","properties":{
  "entries":{"type":"array","items":{"title":"AuditEntry","type":"object","properties":{
    "id":{"type":"integer"},"at":{"type":"integer","description":"Unix milliseconds"},
    "actor":{"type":"string","description":"Empty for a stranger"},
    "act":{"type":"string","description":"user.add, dead_letter.delete"},
    "subject":{"type":"string"},"detail":{"type":"string"},
    "is_intact":{"type":["boolean","null"],
      "description":"false: the file was changed here, past the log; null: of an older version"}}}},
  "next":{"type":["string","null"],"description":"null on the last page"}}})";

constexpr Route kRoutes[] = {
    {.method = http::Method::kGet,
     .path = "/api/v1/audit",
     .access = Access::kAdmin,
     .endpoint = get_audit,
     .summary = "Who did what, newest first",
     .parameters = kParameters,
     .answer_schema = kAudit},
};

}  // namespace

std::span<const Route> audit_routes() { return kRoutes; }

}  // namespace penstock::console
