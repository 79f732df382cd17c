#include "adapter/otlp/log_reader.h"

#include "adapter/errors/error_reader.h"
#include "adapter/otlp/any_value.h"
#include "adapter/otlp/fields.h"
#include "base/json_text.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "event/limits.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kAttributes = "attributes";
constexpr std::string_view kBody = "body";
constexpr std::string_view kInvalidProtobuf = "invalid_protobuf";
constexpr std::string_view kNoProtobuf = "the body is no ExportLogsServiceRequest";

// How deep in a request its texts stand, as event::Draft counts.
constexpr std::uint8_t kRecordDepth = 1;
constexpr std::uint8_t kAttributeDepth = 2;
constexpr std::uint8_t kErrorDepth = 3;

constexpr ItemShape kShape{.rules = kLogRecordRules};

constexpr Pick kPicks[] = {
    {"class", Part::kClass},     {"message", Part::kMessage},         {"level", Part::kLevel},
    {"release", Part::kRelease}, {"environment", Part::kEnvironment},
};
constexpr ErrorShape kError{.picks = kPicks};

// A record's severity by its number, which goes by fours.
constexpr std::string_view kSeverities[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};

std::string_view severity_named(std::string_view number) {
  const auto severity = parse_int(number);
  if (!severity || *severity < 1 || *severity > 24) return "log";
  return kSeverities[(*severity - 1) / 4];
}

std::int64_t severity_of(const Item& item) {
  return parse_int(item.text_at("severityNumber")).value_or(0);
}

// What protobuf would have left out.
Result<bool> is_default(std::string_view key, json::Value& value) {
  if (value.kind() == json::Kind::kNull) return true;
  if (value.kind() == json::Kind::kNumber) {
    const auto text = value.raw(1);
    if (!text) return fail(text.error());
    return *text == "0";
  }
  if (value.kind() != json::Kind::kString) return false;
  const auto text = value.string();
  if (!text) return fail(text.error());
  return text->empty() || (*text == "0" && key.ends_with("UnixNano"));
}

Result<void> take_members_but(json::Value& object, std::string_view list,
                              FunctionRef<Result<void>(std::string_view, json::Value&)> visit) {
  PENSTOCK_TRY(object.members([&](std::string_view key, json::Value& value) -> Result<void> {
    return key == list ? Result<void>() : visit(key, value);
  }));
  object.rewind();
  return {};
}

Result<void> take_elements(json::Value& object, std::string_view list,
                           FunctionRef<Result<void>(json::Value&)> visit) {
  return object.members([&](std::string_view key, json::Value& value) -> Result<void> {
    if (key != list || value.kind() != json::Kind::kArray) return {};
    return value.elements([&](json::Value& element) -> Result<void> {
      return element.kind() == json::Kind::kObject ? visit(element) : Result<void>();
    });
  });
}

// Replaces `out` by the plain JSON of an attribute.
Result<void> read_plain(json::Value& value, std::string& out) {
  constexpr std::uint32_t kDepthMax = event::kPropertiesDepthMax - 2;
  out = "null";
  const auto take = [&](std::string_view type, json::Value& inner) -> Result<void> {
    out.clear();
    const auto is_good = append_plain(type, inner, out, kDepthMax);
    if (!is_good) return fail(is_good.error());
    if (!*is_good) out = R"("nests too deep")";
    return {};
  };
  return value.kind() == json::Kind::kObject ? value.members(take) : take("", value);
}

}  // namespace

LogReader::LogReader(std::string_view source, const Context& context)
    : reader_(kShape, source, context), origin_(context.origin), workspace_(context.workspace) {}

void LogReader::refuse(std::string_view error, std::string detail) {
  if (!is_over()) broken_ = refusal(400, error, std::move(detail));
}

ReadOutcome LogReader::outcome() {
  return broken_.error.empty() ? reader_.outcome() : std::move(broken_);
}

void LogReader::begin_request(std::string_view body) {
  const crypto::Digest digest = crypto::digest_of_content(body);
  request_.clear();
  append_hex(request_, {reinterpret_cast<const char*>(digest.data()), digest.size()});
  append_text(request_, '-');
}

void LogReader::read_json(std::string_view body) {
  begin_request(body);
  const auto read = workspace_.reader.read(body, [this](json::Value& root) -> Result<void> {
    if (root.kind() != json::Kind::kObject) {
      refuse("invalid_request", "the body is not an object");
      return {};
    }
    return take_elements(root, "resourceLogs",
                         [this](json::Value& logs) { return take_resource_logs(logs); });
  });
  if (!read) {
    refuse("invalid_json", str_cat("not JSON at byte ", workspace_.reader.error_offset()));
  }
}

Result<void> LogReader::take_resource_logs(json::Value& logs) {
  resource_.clear();
  PENSTOCK_TRY(take_members_but(logs, "scopeLogs",
                                [this](std::string_view key, json::Value& value) -> Result<void> {
                                  if (key == "resource" && value.kind() == json::Kind::kObject)
                                    return take_resource(value);
                                  return keep_of_resource(key, value);
                                }));
  return take_elements(logs, "scopeLogs",
                       [this](json::Value& scope) { return take_scope_logs(scope); });
}

Result<void> LogReader::take_scope_logs(json::Value& logs) {
  scope_.clear();
  PENSTOCK_TRY(take_members_but(logs, "logRecords",
                                [this](std::string_view key, json::Value& value) -> Result<void> {
                                  if (key == "scope" && value.kind() == json::Kind::kObject)
                                    return take_scope(value);
                                  return keep_of_scope(key, value);
                                }));
  begin_records();
  return logs.members([this](std::string_view key, json::Value& value) -> Result<void> {
    if (key != "logRecords" || value.kind() != json::Kind::kArray) return {};
    return value.elements([this](json::Value& record) { return take_json_record(record); });
  });
}

Result<void> LogReader::take_json_record(json::Value& record) {
  item_ = &reader_.begin();
  ++count_;
  if (record.kind() != json::Kind::kObject) {
    reader_.reject(422, kInvalidEventError, "is not an object");
    return {};
  }
  return take_record(record);
}

void LogReader::read_protobuf(std::string_view body) {
  begin_request(body);
  FieldReader request(body);
  Field field;
  while (!is_over() && request.next(field)) {
    if (field.number == kResourceLogsField && field.type == WireType::kBytes) {
      read_resource_logs(field.bytes);
    }
  }
  if (request.is_broken()) refuse(kInvalidProtobuf, std::string(kNoProtobuf));
}

void LogReader::read_message(OtlpMessage message, std::string_view bytes,
                             FunctionRef<Result<void>(json::Value& root)> visit) {
  const std::string_view problem = otlp_json_of(message, bytes, workspace_.text);
  if (!problem.empty()) {
    refuse(kInvalidProtobuf, str_cat("a resource or a scope ", problem));
  } else if (!workspace_.reader.read(workspace_.text, visit)) {
    refuse(kInvalidProtobuf, std::string(kNoProtobuf));
  }
}

void LogReader::read_resource_logs(std::string_view logs) {
  resource_.clear();
  FieldReader around(logs);
  Field field;
  while (around.next(field)) {
    if (field.type != WireType::kBytes) continue;
    if (field.number == kResourceField) {
      read_message(OtlpMessage::kResource, field.bytes,
                   [this](json::Value& resource) { return take_resource(resource); });
    } else if (field.number == kSchemaUrlField && !field.bytes.empty()) {
      std::string url;
      append_json_string(url, field.bytes);
      resource_.emplace_back("resource.schemaUrl", std::move(url));
    }
  }
  FieldReader scopes(logs);
  while (!is_over() && scopes.next(field)) {
    if (field.number == kScopeLogsField && field.type == WireType::kBytes) {
      read_scope_logs(field.bytes);
    }
  }
  if (around.is_broken()) refuse(kInvalidProtobuf, std::string(kNoProtobuf));
}

void LogReader::read_scope_logs(std::string_view logs) {
  scope_.clear();
  FieldReader around(logs);
  Field field;
  while (around.next(field)) {
    if (field.type != WireType::kBytes) continue;
    if (field.number == kScopeField) {
      read_message(OtlpMessage::kScope, field.bytes,
                   [this](json::Value& scope) { return take_scope(scope); });
    } else if (field.number == kSchemaUrlField && !field.bytes.empty()) {
      scope_ += scope_.empty() ? R"("schemaUrl":)" : R"(,"schemaUrl":)";
      append_json_string(scope_, field.bytes);
    }
  }
  begin_records();
  FieldReader records(logs);
  while (!is_over() && records.next(field)) {
    if (field.number == kLogRecordsField && field.type == WireType::kBytes) {
      read_record(field.bytes);
    }
  }
  if (around.is_broken()) refuse(kInvalidProtobuf, std::string(kNoProtobuf));
}

void LogReader::read_record(std::string_view record) {
  item_ = &reader_.begin();
  ++count_;
  const std::string_view problem = otlp_json_of(OtlpMessage::kLogRecord, record, workspace_.text);
  if (!problem.empty()) return reader_.reject(422, kInvalidEventError, std::string(problem));
  const auto read =
      workspace_.reader.read(workspace_.text, [&](json::Value& root) { return take_record(root); });
  if (!read && !is_stopped_) reader_.reject(422, kInvalidEventError, "is no log record");
}

Result<void> LogReader::take_resource(json::Value& resource) {
  return resource.members([this](std::string_view key, json::Value& value) -> Result<void> {
    if (key != kAttributes || value.kind() != json::Kind::kArray) {
      return keep_of_resource(key, value);
    }
    return for_each_pair(value, [this](std::string_view name, json::Value& any) -> Result<void> {
      PENSTOCK_TRY(read_plain(any, plain_));
      resource_.emplace_back(name, plain_);
      return {};
    });
  });
}

Result<void> LogReader::keep_of_resource(std::string_view key, json::Value& value) {
  const auto is_nothing = is_default(key, value);
  if (!is_nothing) return fail(is_nothing.error());
  if (*is_nothing) return {};
  PENSTOCK_TRY(read_plain(value, plain_));
  resource_.emplace_back(str_cat("resource.", key), plain_);
  return {};
}

Result<void> LogReader::take_scope(json::Value& scope) {
  return scope.members([this](std::string_view key, json::Value& value) -> Result<void> {
    if (key != kAttributes || value.kind() != json::Kind::kArray) return keep_of_scope(key, value);
    std::string attributes;
    const auto add = [&](std::string_view name, json::Value& any) -> Result<void> {
      PENSTOCK_TRY(read_plain(any, plain_));
      if (!attributes.empty()) attributes += ',';
      append_json_string(attributes, name);
      attributes += str_cat(":", plain_);
      return {};
    };
    PENSTOCK_TRY(for_each_pair(value, add));
    if (attributes.empty()) return {};
    scope_ += str_cat(scope_.empty() ? "" : ",", R"("attributes":{)", attributes, "}");
    return {};
  });
}

Result<void> LogReader::keep_of_scope(std::string_view key, json::Value& value) {
  const auto is_nothing = is_default(key, value);
  if (!is_nothing) return fail(is_nothing.error());
  if (*is_nothing) return {};
  PENSTOCK_TRY(read_plain(value, plain_));
  if (!scope_.empty()) scope_ += ',';
  append_json_string(scope_, key);
  scope_ += str_cat(":", plain_);
  return {};
}

void LogReader::begin_records() {
  reader_.common().start();
  release_.clear();
  environment_.clear();
  for (const auto& [name, json] : resource_) {
    reader_.common().keep_json(name, json);
    if (name == "service.version") release_ = json;
    if (name == "deployment.environment.name" || name == "deployment.environment") {
      environment_ = json;
    }
  }
  if (!scope_.empty()) reader_.common().keep_json("scope", str_cat("{", scope_, "}"));
}

Result<void> LogReader::take_record(json::Value& record) {
  event::Draft& draft = workspace_.draft;
  draft.set_depth(kRecordDepth);
  const auto take_member = [&](std::string_view key, json::Value& value) -> Result<void> {
    if (key == kBody) return take_value(key, value, false);
    if (key == kAttributes && value.kind() == json::Kind::kArray) {
      draft.set_depth(kAttributeDepth);
      PENSTOCK_TRY(for_each_pair(value, [this](std::string_view name, json::Value& any) {
        return take_value(name, any, true);
      }));
      draft.set_depth(kRecordDepth);
      return {};
    }
    const auto is_nothing = is_default(key, value);
    if (!is_nothing) return fail(is_nothing.error());
    return *is_nothing ? Result<void>() : item_->take(key, value);
  };
  PENSTOCK_TRY(record.members(take_member));
  if (end_record()) return {};
  is_stopped_ = true;
  return fail(ErrorCode::kRejected, "read log records: stopped");
}

Result<void> LogReader::take_value(std::string_view key, json::Value& value, bool is_attribute) {
  if (value.kind() != json::Kind::kObject) return take_typed(key, "", value, is_attribute);
  bool is_empty = true;
  PENSTOCK_TRY(value.members([&](std::string_view type, json::Value& inner) {
    is_empty = false;
    return take_typed(key, type, inner, is_attribute);
  }));
  if (is_empty) workspace_.draft.keep(key, "null");
  return {};
}

Result<void> LogReader::take_typed(std::string_view key, std::string_view type, json::Value& inner,
                                   bool is_attribute) {
  const bool is_known = is_attribute && item_->is_known_below(kAttributes, key);
  const bool is_scalar = inner.kind() != json::Kind::kObject && inner.kind() != json::Kind::kArray;
  const bool may_be_integer = type == "intValue" && inner.kind() == json::Kind::kString;
  if (is_scalar && (is_known || !may_be_integer)) {
    return is_known ? item_->take_below(kAttributes, key, inner)
                    : workspace_.draft.keep(key, inner);
  }
  plain_.clear();
  const auto is_good = append_plain(type, inner, plain_, event::kPropertiesDepthMax - 1);
  if (!is_good) return fail(is_good.error());
  if (*is_good) {
    workspace_.draft.keep(key, plain_);
  } else {
    workspace_.draft.blame({"properties", "nests deeper than 64"});
  }
  return {};
}

bool LogReader::end_record() {
  item_->set_kind("log");
  if (item_->text(Place::kName).empty()) {
    const std::string_view severity = item_->text_at("severityText");
    item_->set(Place::kName,
               severity.empty() ? severity_named(item_->text_at("severityNumber")) : severity);
  }
  settle_id();
  const bool has_exception =
      item_->has("attributes.exception.type") || item_->has("attributes.exception.message");
  if (has_exception && severity_of(*item_) >= kErrorSeverity) settle_error();
  return reader_.end();
}

// An exporter sends its request again as it was.
void LogReader::settle_id() {
  id_.assign(request_);
  append_text(id_, count_);
  item_->set(Place::kId, id_);
}

void LogReader::settle_error() {
  std::string report;
  json::Writer writer(report);
  writer.begin_object();
  writer.member("class", item_->text_at("attributes.exception.type"));
  writer.member("message", item_->text_at("attributes.exception.message"));
  writer.member("level", item_->text_at("severityText"));
  if (!release_.empty()) writer.key("release").raw(release_);
  if (!environment_.empty()) writer.key("environment").raw(environment_);
  writer.end_object();
  ErrorReport error(kError);
  const std::string_view text = item_->hold(std::move(report));
  const auto read = workspace_.text_reader.read(
      text, [&](json::Value& root) -> Result<void> { return error.take(root); });
  if (!read || error.name().empty()) return;
  workspace_.draft.set_depth(kErrorDepth);
  error.put(workspace_.draft, origin_.fingerprint_rules);
  item_->set_made(Place::kName, std::string(error.name()));
  item_->set_kind("error");
}

}  // namespace penstock::adapter
