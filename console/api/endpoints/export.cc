// Stored events as a file, of what is filtered: sent while it is read, whatever its length.
#include <string>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/request/answers.h"
#include "console/api/request/query_reader.h"
#include "store/contract/row_csv.h"
#include "store/contract/row_json.h"

namespace penstock::console {

namespace {

enum class Format : std::uint8_t { kNdjson, kCsv };

http::Response head_of(Format format, std::int64_t now_ms) {
  const bool is_csv = format == Format::kCsv;
  http::Response head;
  head.content_type = is_csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
  head.headers.emplace_back(
      "Content-Disposition",
      str_cat("attachment; filename=\"events-", day_text(now_ms), is_csv ? ".csv\"" : ".ndjson\""));
  return head;
}

// What cannot be read is known before the first row is sent.
void add_missing_days(http::Response& head, const store::Queries& queries) {
  std::string days;
  for (const std::int64_t day_ms : queries.missing_days()) {
    days += str_cat(days.empty() ? "" : ", ", day_text(day_ms));
  }
  if (!days.empty()) head.headers.emplace_back("X-Penstock-Missing-Days", std::move(days));
}

http::Response get_export(Call& call, Services& services) {
  const std::int64_t now_ms = services.clock.wall_ms();
  QueryReader query(call.query, now_ms);
  const store::Range range = query.range();
  store::Filter filter = query.filter();
  if (const auto is_bot = query.truth("is_bot")) filter.is_bot = is_bot;
  const Format format =
      query.one_of("format", {"ndjson", "csv"}) == 1 ? Format::kCsv : Format::kNdjson;
  const bool is_for_excel = query.truth("excel").value_or(false);
  if (auto refusal = query.refusal()) return *refusal;
  if (is_for_excel && format != Format::kCsv) {
    return bad_parameter("excel", "it goes with format=csv");
  }
  const auto looked = services.queries->within(call.deadline).summary(range, filter);
  if (!looked) return failure_answer(looked.error());

  http::Response head = head_of(format, now_ms);
  add_missing_days(head, *services.queries);
  call.parts->begin(std::move(head));
  std::string text;
  if (is_for_excel) text += store::kByteOrderMark;
  if (format == Format::kCsv) store::append_csv_header(text);
  bool is_taken = call.parts->write(text);
  const auto scanned = services.queries->scan(range, filter, [&](const event::Row& row) {
    text.clear();
    if (format == Format::kCsv) {
      store::append_csv_row(row, text);
    } else {
      store::append_row_json(row, text);
      text += '\n';
    }
    is_taken = is_taken && call.parts->write(text);
    return is_taken;
  });
  if (!scanned) {
    // Who has gone needs no telling, and nothing is wrong.
    if (!call.deadline.is_given_up()) {
      log_warn("api.export", "an export ended early and was cut off",
               {{"error", to_text(scanned.error())}});
    }
    return failure_answer(scanned.error());
  }
  call.parts->flush();
  return {};
}

constexpr Parameter kExportParameters[] = {
    {"format", R"({"type":"string","enum":["ndjson","csv"],"default":"ndjson"})",
     "One JSON object a line, or CSV with a line of names"},
    {"excel", R"({"type":"boolean","default":false})",
     "With format=csv: begins with a byte order mark, by which Excel knows UTF-8"},
    {"is_bot", R"({"type":"boolean"})", "As bots=only, or bots=0"},
};

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/events/export",
     .access = Access::kViewer,
     .endpoint = get_export,
     .lane = Lane::kExports,
     .scope = Scope::kProject,
     .summary =
         "All events that are left, oldest first, as a file. Where the answer ends before its "
         "last chunk it is not whole; days that cannot be read are named by "
         "X-Penstock-Missing-Days",
     .is_filtered = true,
     .parameters = kExportParameters,
     .answer_schema = R"({"type":"string"})",
     .answer_type = "application/x-ndjson"},
};

}  // namespace

std::span<const Route> export_routes() { return kRoutes; }

}  // namespace penstock::console
