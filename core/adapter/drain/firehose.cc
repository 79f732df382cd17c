#include "adapter/drain/firehose.h"

#include <string>
#include <string_view>

#include "adapter/contract/answers.h"
#include "adapter/contract/data_field.h"
#include "adapter/drain/log_record.h"
#include "base/bytes.h"
#include "base/text.h"
#include "crypto/base64.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kName = "firehose";
constexpr std::string_view kIdHeader = "X-Amz-Firehose-Request-Id";
constexpr std::string_view kKeyHeader = "X-Amz-Firehose-Access-Key";
constexpr std::string_view kAttributesHeader = "X-Amz-Firehose-Common-Attributes";
constexpr Route kRoutes[] = {
    {.method = http::Method::kPost,
     .pattern = "/drain/firehose",
     .large_body = [](std::string_view) { return LargeBody{LargeBody::Way::kWhole}; }}};

// A line's values in one another. What nests deeper is a text.
constexpr std::uint32_t kLineDepthMax = 1000;

// Without the id of the request, and a time, an answer is a failure to it.
std::string answer_body(std::string_view request_id, std::int64_t at_ms, std::string_view problem) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().member("requestId", request_id).member("timestamp", at_ms);
  if (!problem.empty()) writer.member("errorMessage", problem);
  writer.end_object();
  return body;
}

// One request's records, each of which holds one line or more.
class Delivery {
 public:
  explicit Delivery(const Context& context)
      : context_(context), reader_(kLogShape, kName, context) {}

  // What the stream's owner had set for all of its records.
  void take_attributes(std::string_view header);
  void read(std::string_view body, std::string_view request_id);

  const std::string& request_id() const { return request_id_; }
  ReadOutcome outcome();

 private:
  Result<void> read_request(json::Value& root);
  Result<void> read_record(json::Value& record);
  void take_data(std::string_view data);
  void take_text(std::string_view text);
  void take_line(std::string_view line);
  bool is_object(std::string_view line);
  void refuse(std::string problem);

  const Context& context_;
  ItemReader reader_;
  json::Reader outer_;  // The context's is the records'.
  std::string request_id_;
  std::string time_;
  std::string text_;
  std::string id_;
  std::size_t record_ = 0;
  std::size_t line_ = 0;
  ReadOutcome broken_;
};

void Delivery::take_attributes(std::string_view header) {
  if (header.empty()) return;
  std::string text(header);
  make_readable(text);
  Item& common = reader_.common();
  static_cast<void>(outer_.read(text, [&](json::Value& root) -> Result<void> {
    if (root.kind() != json::Kind::kObject) return {};
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      const bool is_list = key == "commonAttributes" && value.kind() == json::Kind::kObject;
      return is_list ? common.take(value) : Result<void>();
    });
  }));
}

void Delivery::refuse(std::string problem) {
  if (broken_.error.empty()) broken_ = refusal(400, "invalid_request", std::move(problem));
}

void Delivery::read(std::string_view body, std::string_view request_id) {
  request_id_ = request_id;
  make_readable(request_id_);
  const auto read = outer_.read(body, [this](json::Value& root) { return read_request(root); });
  if (!read) refuse(str_cat("the body is not JSON at byte ", outer_.error_offset()));
}

Result<void> Delivery::read_request(json::Value& root) {
  if (root.kind() != json::Kind::kObject) {
    refuse("the body is not an object");
    return {};
  }
  bool has_records = false;
  PENSTOCK_TRY(root.members([&](std::string_view key, json::Value& value) -> Result<void> {
    has_records |= key == "records" && value.kind() == json::Kind::kArray;
    if (key == "requestId" && value.kind() == json::Kind::kString && request_id_.empty()) {
      const auto text = value.string();
      if (!text) return fail(text.error());
      request_id_ = *text;
    }
    if (key == "timestamp" && value.kind() == json::Kind::kNumber) {
      const auto text = value.raw(1);
      if (!text) return fail(text.error());
      time_ = *text;
    }
    return {};
  }));
  if (!has_records) {
    refuse("the body has no records");
    return {};
  }
  root.rewind();
  return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
    if (key != "records" || value.kind() != json::Kind::kArray) return {};
    return value.elements([this](json::Value& record) { return read_record(record); });
  });
}

Result<void> Delivery::read_record(json::Value& record) {
  bool has_data = false;
  if (record.kind() == json::Kind::kObject) {
    PENSTOCK_TRY(record.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key != "data" || value.kind() != json::Kind::kString || has_data) return {};
      const auto data = value.string();
      if (!data) return fail(data.error());
      has_data = true;
      take_data(*data);
      return {};
    }));
  }
  if (!has_data) {
    reader_.begin();
    reader_.reject(422, kInvalidEventError, "has no data");
  }
  ++record_;
  return {};
}

void Delivery::take_data(std::string_view data) {
  line_ = 0;
  if (!crypto::decode_base64(data, text_)) {
    reader_.begin();
    reader_.reject(422, kInvalidEventError, "data is no base64");
    return;
  }
  make_readable(text_);
  take_text(text_);
}

void Delivery::take_text(std::string_view text) {
  if (is_one_document(text)) return take_line(text);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!without_blanks(line).empty()) take_line(without_blanks(line));
  }
}

// The same request comes again until it is answered: its id, and a line's place in it, stay.
void Delivery::take_line(std::string_view line) {
  id_ = request_id_.empty() ? std::string() : str_cat(request_id_, "/", record_, "/", line_);
  ++line_;
  Item& common = reader_.common();
  common.set(Place::kId, id_);
  common.set(Place::kTime, time_);
  if (is_object(line)) return reader_.read_document(line);
  reader_.begin().take_pair(kMessageProperty, line);
  reader_.end();
}

// Whatever else begins with a brace is a text like others.
bool Delivery::is_object(std::string_view line) {
  if (!without_blanks(line).starts_with('{')) return false;
  bool is_whole = false;
  const auto look = [&](json::Value& root) -> Result<void> {
    const auto text = root.raw(kLineDepthMax);
    is_whole = text.has_value();
    return text ? Result<void>() : fail(text.error());
  };
  return context_.workspace.reader.read(line, look).has_value() && is_whole;
}

ReadOutcome Delivery::outcome() {
  ReadOutcome outcome = broken_.error.empty() ? reader_.outcome() : std::move(broken_);
  // Whatever the fault, it is one of the request's.
  if (outcome.status == 422) outcome.status = 400;
  if (outcome.status < 400) {
    outcome.own_answer = json_answer(answer_body(request_id_, context_.origin.received_at_ms, {}));
  }
  return outcome;
}

ReadOutcome read(const Asked& asked, const Context& context) {
  Delivery delivery(context);
  delivery.take_attributes(asked.request.header(kAttributesHeader));
  delivery.read(asked.body, asked.request.header(kIdHeader));
  return delivery.outcome();
}

std::string_view own_key(const http::Request& request, std::string&) {
  return request.header(kKeyHeader);
}

Answer success(std::uint32_t, std::string& scratch) {
  scratch = json_answer(answer_body({}, 0, {}));
  return {200, scratch};
}

std::string_view echo(const http::Request& request) { return request.header(kIdHeader); }

http::Response echoing_refusal(const Refused& refused) {
  http::Response response;
  response.status = refused.status;
  std::string request_id(refused.echo);
  make_readable(request_id);
  response.body = answer_body(request_id, refused.at_ms, refused.detail);
  return response;
}

http::Response refusal_answer(std::uint16_t status, std::string_view error,
                              std::string_view detail) {
  return echoing_refusal({status, error, detail, {}, 0});
}

constexpr Guide kGuide{
    .title = "Amazon Data Firehose",
    .clients = "Requests in the form of its HTTP endpoint delivery, by hand",
    .setting =
        "Destination: HTTP endpoint; URL `ORIGIN/drain/firehose`, access key: a key of the "
        "project; content encoding GZIP or none. A request holds what it buffered, in base64 "
        "and perhaps in GZIP: `ingest.max_document_bytes` (16 MiB) must have room for 4/3 of the "
        "buffer, unpacked. A larger one is answered 413, in its own form. A record holds one line "
        "or several: JSON objects, "
        "else text. What is known of them stands in Vector's table.",
    .left_out =
        "CloudWatch's own compression of its records: have Firehose decompress them. A JSON array "
        "in a record is kept as a text. Firehose sends a refused request again for as long as its "
        "retry duration says."};

}  // namespace

const Protocol kFirehoseProtocol{.name = kName,
                                 .routes = kRoutes,
                                 .own_key = own_key,
                                 .read = read,
                                 .success = success,
                                 .refusal = refusal_answer,
                                 .echo = echo,
                                 .echoing_refusal = echoing_refusal,
                                 .is_relayed = true,
                                 .guide = kGuide};

}  // namespace penstock::adapter
