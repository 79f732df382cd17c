#include "event/draft.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/json_text.h"
#include "event/client_time.h"
#include "event/kind.h"
#include "event/limits.h"

namespace penstock::event {
namespace {

struct FieldRule {
  std::string_view name;
  std::size_t bytes_max;
  std::string_view too_long;
  bool may_be_number;
};

// The texts name the numbers of limits.h.
static_assert(kNameBytesMax == 256 && kIdentityBytesMax == 256 && kUrlBytesMax == 8192);
static_assert(kIpBytesMax == 45);
constexpr std::string_view kOver256 = "is longer than 256 bytes";
constexpr std::string_view kOver8192 = "is longer than 8192 bytes";

// In the order of TextField. A user agent is cut instead, when the event is completed.
constexpr std::array<FieldRule, kTextFieldCount> kRules = {{
    {"id", kIdentityBytesMax, kOver256, true},
    {"name", kNameBytesMax, kOver256, false},
    {"kind", std::string_view::npos, "", false},
    {"url", kUrlBytesMax, kOver8192, false},
    {"referrer", kUrlBytesMax, kOver8192, false},
    {"user_id", kIdentityBytesMax, kOver256, true},
    {"anonymous_id", kIdentityBytesMax, kOver256, true},
    {"session_id", kIdentityBytesMax, kOver256, true},
    {"ip", kIpBytesMax, "is longer than 45 bytes", false},
    {"user_agent", std::string_view::npos, "", false},
}};

// Names kKinds.
constexpr std::string_view kUnknownKind =
    "is none of event, page, error, identify, group, log, metric, span";
constexpr std::string_view kTimeMember = "time";
constexpr std::string_view kPropertiesMember = "properties";
constexpr std::string_view kBadTime = "is neither RFC 3339 nor a Unix time";
constexpr std::string_view kTooDeep = "nests deeper than 64";
static_assert(kPropertiesDepthMax == 64);

std::optional<TextField> field_named(std::string_view key) {
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    if (kRules[i].name == key) return static_cast<TextField>(i);
  }
  return std::nullopt;
}

const FieldRule& rule_of(TextField field) { return kRules[static_cast<std::size_t>(field)]; }

}  // namespace

std::string_view member_name(TextField field) { return rule_of(field).name; }

void Draft::clear() {
  texts_.fill({});
  time_ms_.reset();
  time_json_.clear();
  properties_.clear();
  extras_.clear();
  merged_.clear();
  extra_list_.clear();
  fault_.reset();
}

void Draft::blame(const Fault& fault) {
  if (!fault_) fault_ = fault;
}

void Draft::set_text(TextField field, std::string_view text) {
  const FieldRule& rule = rule_of(field);
  if (text.size() > rule.bytes_max) return blame({rule.name, rule.too_long});
  if (field == TextField::kKind && !text.empty() && !is_kind(text)) {
    return blame({rule.name, kUnknownKind});
  }
  if (text.find('\0') != std::string_view::npos) {
    return blame({rule.name, "holds a NUL character"});
  }
  texts_[static_cast<std::size_t>(field)] = text;
}

Result<void> Draft::take(std::string_view key, json::Value& value) {
  if (const auto field = field_named(key)) return take_field(*field, value);
  if (key == kPropertiesMember) return take_properties(value);
  if (key == kTimeMember) return take_time(value);
  return take_extra(key, value);
}

Result<void> Draft::take_field(TextField field, json::Value& value) {
  const json::Kind kind = value.kind();
  if (kind == json::Kind::kString) {
    const auto text = value.string();
    if (!text) return fail(text.error());
    set_text(field, *text);
  } else if (kind == json::Kind::kNumber && rule_of(field).may_be_number) {
    const auto digits = value.raw(1);
    if (!digits) return fail(digits.error());
    set_text(field, *digits);
  } else if (kind != json::Kind::kNull) {
    blame({rule_of(field).name,
           rule_of(field).may_be_number ? "is neither a text nor a number" : "is not a text"});
  }
  return {};
}

Result<void> Draft::take_time(json::Value& value) {
  const json::Kind kind = value.kind();
  if (kind == json::Kind::kNull) return {};
  if (kind != json::Kind::kString && kind != json::Kind::kNumber) {
    blame({kTimeMember, kBadTime});
    return {};
  }
  const auto text = kind == json::Kind::kString ? value.string() : value.raw(1);
  if (!text) return fail(text.error());
  time_ms_ = parse_client_time(*text);
  if (!time_ms_) blame({kTimeMember, kBadTime});
  time_json_.clear();
  return value.append_to(time_json_, 1);
}

Result<void> Draft::take_properties(json::Value& value) {
  if (value.kind() == json::Kind::kNull) return {};
  if (value.kind() != json::Kind::kObject) {
    blame({kPropertiesMember, "is not an object"});
    return {};
  }
  properties_.clear();
  const auto copied = value.append_to(properties_, kPropertiesDepthMax);
  if (!copied) blame({kPropertiesMember, kTooDeep});
  return {};
}

Result<void> Draft::take_extra(std::string_view key, json::Value& value) {
  const std::size_t begin = extras_.size();
  append_json_string(extras_, key);
  extras_ += ':';
  if (value.append_to(extras_, kPropertiesDepthMax - 1)) {
    extra_list_.push_back({key, begin, extras_.size() - begin, false});
  } else {
    blame({kPropertiesMember, kTooDeep});
  }
  return {};
}

void Draft::take_text(std::string_view key, std::string_view text) {
  if (const auto field = field_named(key)) {
    set_text(*field, text);
  } else if (key == kPropertiesMember) {
    take_properties_text(text);
  } else if (key == kTimeMember) {
    take_time_text(text);
  } else {
    keep_text(key, text);
  }
}

void Draft::take_time_text(std::string_view text) {
  if (text.empty()) return;
  time_ms_ = parse_client_time(text);
  if (!time_ms_) blame({kTimeMember, kBadTime});
  time_json_.clear();
  append_json_string(time_json_, text);
}

void Draft::take_properties_text(std::string_view text) {
  if (text.empty()) return;
  const std::optional<Fault> earlier = fault_;
  const auto read = nested_.read(
      text, [&](json::Value& value) -> Result<void> { return take_properties(value); });
  if (!read) fault_ = earlier ? earlier : Fault{kPropertiesMember, "is not JSON"};
}

void Draft::keep(std::string_view key, std::string_view json) {
  const std::size_t begin = extras_.size();
  append_json_string(extras_, key);
  extras_ += ':';
  extras_ += json;
  extra_list_.push_back({key, begin, extras_.size() - begin, false});
}

void Draft::keep_text(std::string_view key, std::string_view text) {
  const std::size_t begin = extras_.size();
  append_json_string(extras_, key);
  extras_ += ':';
  append_json_string(extras_, text);
  extra_list_.push_back({key, begin, extras_.size() - begin, false});
}

void Draft::keep_field(TextField field) {
  if (!text(field).empty()) keep_text(member_name(field), text(field));
}

std::optional<std::int64_t> Draft::settle_time(std::int64_t received_at_ms) {
  if (!time_ms_) return std::nullopt;
  if (*time_ms_ >= std::max<std::int64_t>(0, received_at_ms - kTimePastMaxMs) &&
      *time_ms_ <= received_at_ms + kTimeFutureMaxMs) {
    return time_ms_;
  }
  keep(kTimeMember, time_json_);
  return std::nullopt;
}

// Marks each extra that a later one or a member of `properties` hides. By sorting, since a client
// may send thousands.
void Draft::drop_hidden_extras() {
  names_.clear();
  for (std::size_t i = 0; i < extra_list_.size(); ++i) names_.emplace_back(extra_list_[i].key, i);
  if (!properties_.empty()) {
    reserve_padding(properties_);
    // Our own copy of a checked text: it cannot fail.
    const auto read = nested_.read(properties_, [&](json::Value& root) -> Result<void> {
      return root.members([&](std::string_view key, json::Value&) -> Result<void> {
        names_.emplace_back(key, extra_list_.size());
        return {};
      });
    });
    if (!read) return blame({kPropertiesMember, "is not JSON"});
  }
  std::sort(names_.begin(), names_.end());
  for (std::size_t i = 0; i + 1 < names_.size(); ++i) {
    const auto& [name, index] = names_[i];
    if (name == names_[i + 1].first && index < extra_list_.size()) {
      extra_list_[index].is_dropped = true;
    }
  }
}

std::string_view Draft::properties() {
  if (extra_list_.empty()) return properties_ == "{}" ? std::string_view() : properties_;
  drop_hidden_extras();
  merged_.clear();
  merged_.reserve(properties_.size() + extras_.size() + extra_list_.size() + 2);
  if (properties_.empty()) {
    merged_ += '{';
  } else {
    merged_.append(properties_, 0, properties_.size() - 1);
  }
  for (const Extra& extra : extra_list_) {
    if (extra.is_dropped) continue;
    if (merged_.size() > 1) merged_ += ',';
    merged_.append(extras_, extra.begin, extra.size);
  }
  merged_ += '}';
  return merged_;
}

void Draft::copy_texts(Record& record) const {
  record.name = text(TextField::kName);
  record.kind = text(TextField::kKind);
  if (record.kind.empty()) record.kind = default_kind(record.name);
  record.url = text(TextField::kUrl);
  record.referrer = text(TextField::kReferrer);
  record.user_id = text(TextField::kUserId);
  record.anonymous_id = text(TextField::kAnonymousId);
  record.session_id = text(TextField::kSessionId);
}

}  // namespace penstock::event
