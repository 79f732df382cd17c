#include "adapter/sentry/items.h"

#include <algorithm>

#include "adapter/errors/error_reader.h"
#include "adapter/sentry/store_body.h"
#include "base/text.h"
#include "crypto/base64.h"
#include "event/client_time.h"
#include "event/kind.h"

namespace penstock::adapter {
namespace {

// Of the errors in a chain the outermost is the last, of frames the innermost.
constexpr Pick kPicks[] = {
    {"exception", Part::kError},
    {"exception.type", Part::kClass},
    {"exception.value", Part::kMessage},
    {"exception.mechanism.handled", Part::kHandled},
    {"exception.stacktrace.frames", Part::kFrame},
    {"exception.stacktrace.frames.filename", Part::kFile},
    {"exception.stacktrace.frames.function", Part::kFunction},
    {"exception.stacktrace.frames.lineno", Part::kLine},
    {"exception.stacktrace.frames.in_app", Part::kIsOwn},
    {"exception.values", Part::kError},
    {"exception.values.type", Part::kClass},
    {"exception.values.value", Part::kMessage},
    {"exception.values.mechanism.handled", Part::kHandled},
    {"exception.values.stacktrace.frames", Part::kFrame},
    {"exception.values.stacktrace.frames.filename", Part::kFile},
    {"exception.values.stacktrace.frames.abs_path", Part::kFile},
    {"exception.values.stacktrace.frames.module", Part::kFile},
    {"exception.values.stacktrace.frames.function", Part::kFunction},
    {"exception.values.stacktrace.frames.lineno", Part::kLine},
    {"exception.values.stacktrace.frames.in_app", Part::kIsOwn},
    {"threads.values.stacktrace.frames", Part::kFrame},
    {"threads.values.stacktrace.frames.filename", Part::kFile},
    {"threads.values.stacktrace.frames.function", Part::kFunction},
    {"threads.values.stacktrace.frames.lineno", Part::kLine},
    {"threads.values.stacktrace.frames.in_app", Part::kIsOwn},
    {"stacktrace.frames", Part::kFrame},
    {"stacktrace.frames.filename", Part::kFile},
    {"stacktrace.frames.function", Part::kFunction},
    {"stacktrace.frames.lineno", Part::kLine},
    {"stacktrace.frames.in_app", Part::kIsOwn},
    {"message", Part::kMessage},
    {"message.formatted", Part::kMessage},
    {"message.message", Part::kMessage},
    {"logentry.formatted", Part::kMessage},
    {"logentry.message", Part::kMessage},
    {"transaction", Part::kName},
    {"culprit", Part::kName},
    {"fingerprint", Part::kFingerprint},
    {"release", Part::kRelease},
    {"environment", Part::kEnvironment},
    {"level", Part::kLevel},
    {"breadcrumbs", Part::kBreadcrumbs},
    {"breadcrumbs.values", Part::kBreadcrumbs},
    {"user", Part::kUser},
};
constexpr ErrorShape kErrors{
    .picks = kPicks, .is_outermost_first = false, .is_innermost_frame_first = false};

struct Type {
  std::string_view name;
  std::string_view kind;
  std::string_view named_by;  // A path of kSentryRules; else the event has the type's name.
  bool is_list = false;       // {"items":[…]}, each of which is one.
};
constexpr Type kTypes[] = {
    {"event", "error", {}},
    {"transaction", "span", "transaction"},
    {"span", "span", "name", true},
    {"log", "log", "level", true},
    {"trace_metric", "metric", "name", true},
    {"session", event::kEventKind, {}},
    {"sessions", "metric", {}},
    {"client_report", "metric", {}},
    {"check_in", event::kEventKind, {}},
    {"feedback", event::kEventKind, {}},
    {"user_report", event::kEventKind, {}},
};

const Type* type_named(std::string_view name) {
  const auto* const found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                         [&](const Type& type) { return type.name == name; });
  return found == std::end(kTypes) ? nullptr : found;
}

std::string problem_of(std::string_view type, const json::Reader& reader) {
  return str_cat("an item of type ", type, " is not JSON at byte ", reader.error_offset());
}

}  // namespace

const ItemShape kSentryShape{.rules = kSentryRules};

std::string without_dashes(std::string_view id) {
  std::string out;
  for (const char c : id) {
    if (c != '-') out += c;
  }
  return out;
}

bool SentryItems::take(const EnvelopeItem& item, std::string_view event_id) {
  if (item.type == "attachment") return take_attachment(item, event_id);
  const Type* type = type_named(item.type);
  if (type == nullptr) return true;
  return type->is_list ? take_list(item.type, item.payload) : take_one(item.type, item.payload);
}

bool SentryItems::take_one(std::string_view type, std::string_view json) {
  item_ = &reader_.begin();
  const auto read = [&](std::string_view text) {
    return workspace_.reader.read(text, [&](json::Value& root) { return take_value(type, root); });
  };
  auto taken = read(json);
  if (!taken && repair_numbers(json, repaired_)) {
    item_ = &reader_.begin();
    taken = read(repaired_);
  }
  if (taken) return end(type);
  reader_.reject(400, "invalid_json", problem_of(type, workspace_.reader));
  return true;
}

// One that is broken anywhere is not taken by half: it is read to its end first.
bool SentryItems::take_list(std::string_view type, std::string_view json) {
  const auto read = [&](std::string_view text) {
    return workspace_.reader.read(text, [&](json::Value& root) { return read_list(root, type); });
  };
  is_stopped_ = false;
  auto taken = read(json);
  if (!taken && !is_stopped_ && repair_numbers(json, repaired_)) taken = read(repaired_);
  if (taken) return true;
  if (is_stopped_) return false;
  item_ = &reader_.begin();
  reader_.reject(400, "invalid_json", problem_of(type, workspace_.reader));
  return true;
}

Result<void> SentryItems::read_list(json::Value& root, std::string_view type) {
  if (root.kind() == json::Kind::kArray) return {};
  bool has_list = false;
  const auto take_element = [&](json::Value& element) -> Result<void> {
    item_ = &reader_.begin();
    if (element.kind() != json::Kind::kObject) {
      reader_.reject(422, kInvalidEventError, "is not an object");
      return {};
    }
    PENSTOCK_TRY(take_value(type, element));
    if (end(type)) return {};
    is_stopped_ = true;
    return fail({ErrorCode::kRejected, 0, "read items: stopped"});
  };
  PENSTOCK_TRY(root.members([&](std::string_view key, json::Value& value) -> Result<void> {
    has_list |= key == "items" && value.kind() == json::Kind::kArray;
    return {};
  }));
  root.rewind();
  if (!has_list) return take_element(root);
  return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
    if (key != "items" || value.kind() != json::Kind::kArray) return {};
    return value.elements(take_element);
  });
}

Result<void> SentryItems::take_value(std::string_view type, json::Value& value) {
  Item& item = *item_;
  if (value.kind() != json::Kind::kObject) {
    workspace_.draft.blame({"", "is not an object"});
    return {};
  }
  if (type == "event") return take_error(value, kErrors, item, context_);
  return item.take(value);
}

bool SentryItems::end(std::string_view type) {
  Item& item = *item_;
  const Type* known = type_named(type);
  // Some leave out the zone, which is UTC.
  const std::string_view time = item.text(Place::kTime);
  if (!time.empty() && !event::parse_client_time(time)) {
    time_ = str_cat(time, "Z");
    if (event::parse_client_time(time_)) item.set(Place::kTime, time_);
  }
  item.set_kind(known->kind);
  if (type == "event" || type == "transaction" || type == "feedback") {
    event_id_ = without_dashes(item.text(Place::kId));
    if (!event_id_.empty()) item.set(Place::kId, event_id_);
  }
  if (type != "event") {
    const std::string_view name = known->named_by.empty() ? "" : item.text_at(known->named_by);
    item.set(Place::kName, name.empty() ? known->name : name);
    make_id(type, item);
  }
  const bool may_go_on = reader_.end();
  // Who sent no id is given the row's.
  if (type == "event" && event_id_.empty()) event_id_ = reader_.id().hex();
  return may_go_on;
}

// What is sent again is the same, and what is another state of one thing is not.
void SentryItems::make_id(std::string_view type, Item& item) {
  id_.clear();
  if (type == "session" && !item.text(Place::kSessionId).empty()) {
    id_ = str_cat("session ", item.text(Place::kSessionId), " ", item.text(Place::kTime), " ",
                  item.text_at("status"));
  } else if (type == "check_in" && !item.text_at("check_in_id").empty()) {
    id_ = str_cat("check_in ", item.text_at("check_in_id"), " ", item.text_at("status"));
  } else if (type == "span" && !item.text_at("span_id").empty()) {
    id_ = str_cat("span ", item.text_at("trace_id"), " ", item.text_at("span_id"));
  } else if (type == "user_report" && !item.text(Place::kId).empty()) {
    id_ = str_cat("user_report ", item.text(Place::kId));
  }
  if (!id_.empty()) item.set(Place::kId, id_);
}

bool SentryItems::take_attachment(const EnvelopeItem& attached, std::string_view event_id) {
  Item& item = reader_.begin();
  const std::string bytes = str_cat(attached.payload.size());
  std::string content;
  item.set(Place::kName, "attachment");
  if (!event_id.empty()) {
    id_ = str_cat("attachment ", event_id, " ", attachments_, " ", attached.file_name);
    item.set(Place::kId, id_);
  }
  ++attachments_;
  for (const auto& [name, text] :
       {std::pair<std::string_view, std::string_view>("of_event_id", event_id),
        {"filename", attached.file_name},
        {"content_type", attached.content_type},
        {"attachment_type", attached.attachment_type}}) {
    if (!text.empty()) item.take_pair(name, text);
  }
  workspace_.draft.keep("bytes", bytes);
  if (attached.payload.size() <= kAttachmentBytesMax) {
    const bool is_text =
        is_valid_utf8(attached.payload) && attached.payload.find('\0') == std::string_view::npos;
    if (!is_text) content = crypto::encode_base64(attached.payload);
    item.take_pair(is_text ? "content" : "content_base64", is_text ? attached.payload : content);
  }
  return reader_.end();
}

}  // namespace penstock::adapter
