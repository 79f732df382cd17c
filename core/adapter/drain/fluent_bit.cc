#include "adapter/drain/fluent_bit.h"

#include <string>
#include <string_view>

#include "adapter/contract/data_field.h"
#include "adapter/drain/json_run.h"
#include "adapter/drain/log_record.h"
#include "adapter/drain/msgpack_head.h"
#include "adapter/drain/msgpack_records.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "fluent_bit";
constexpr std::string_view kStreamType = "application/x-json-stream";

bool is_type(std::string_view content_type, std::string_view name) {
  return equals_ignoring_case(trim(content_type.substr(0, content_type.find(';'))), name);
}

LargeBody large_body(std::string_view content_type) {
  if (is_type(content_type, "application/json") || is_type(content_type, "application/x-ndjson")) {
    return {LargeBody::Way::kText};
  }
  if (is_type(content_type, kStreamType)) return {LargeBody::Way::kRun};
  if (is_type(content_type, "application/msgpack")) {
    return {LargeBody::Way::kFrames, read_msgpack_head};
  }
  return {};
}

constexpr Route kRoutes[] = {
    {.method = http::Method::kPost, .pattern = "/drain/fluent-bit", .large_body = large_body},
    {.method = http::Method::kPut, .pattern = "/drain/fluent-bit", .large_body = large_body},
};

// Its own time of a record is `date`, whatever other times the record has.
std::string_view prepare(Item& item) {
  if (const std::string_view date = item.text_at("date"); !date.empty()) {
    item.set(Place::kTime, date);
  }
  return prepare_log_record(item);
}

constexpr ItemShape kShape{.rules = kLogRules, .prepare = prepare, .take = take_log_record};

// What it has read stays where the rest is broken: sent again, it would be broken again.
void read_msgpack(std::string_view body, ItemReader& reader) {
  MsgpackRecords records(body);
  std::string record;
  while (records.next(record)) reader.read_document(record);
  if (records.problem().empty()) return;
  reader.begin();
  reader.reject(400, "invalid_msgpack", str_cat(records.problem(), " at byte ", records.offset()));
}

void read_run(std::string_view body, ItemReader& reader) {
  while (const auto json = take_json(body)) reader.read_lines(*json);
}

ReadOutcome read(const Asked& asked, const Context& context) {
  ItemReader reader(kShape, kName, context);
  if (is_type(asked.content_type, "application/msgpack")) {
    read_msgpack(asked.body, reader);
  } else if (is_type(asked.content_type, kStreamType)) {
    read_run(asked.body, reader);
  } else {
    read_records(asked.body, reader);
  }
  return drain_outcome(reader);
}

constexpr Guide kGuide{
    .title = "Fluent Bit",
    .clients = "Requests in the form of Fluent Bit's `http` output, by hand",
    .setting =
        "`[OUTPUT]` with `Name http`, `Match *`, `Host HOSTNAME`, `Port PORT`, `Tls On` (of "
        "https), `URI /drain/fluent-bit`, `Format json` (or `json_lines`, `json_stream`, "
        "`msgpack`), "
        "`Compress gzip` (or `zstd`), `Header Authorization Bearer KEY`. Its `date` is the "
        "record's time; what else is "
        "known of a record stands in Vector's table.",
    .left_out =
        "`Compress snappy` is answered 415, `Format gelf` is read as any JSON. A record has no id: "
        "one that is sent again is stored again, but for those of a body over "
        "`ingest.max_body_bytes`, which is known by its text."};

}  // namespace

const Protocol kFluentBitProtocol{.name = kName,
                                  .routes = kRoutes,
                                  .read = read,
                                  .success = drain_success,
                                  .partial_success = drain_partial_success,
                                  .is_relayed = true,
                                  .guide = kGuide};

}  // namespace penstock::adapter
