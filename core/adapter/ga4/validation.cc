#include "adapter/ga4/validation.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

// Google's limits of a request.
constexpr std::size_t kEventsMax = 25;
constexpr std::size_t kParametersMax = 25;
constexpr std::size_t kNameMax = 40;
struct TextLimit {
  std::string_view parameter;
  std::size_t characters_max;
};
constexpr TextLimit kTextLimits[] = {
    {"page_location", 1000}, {"page_referrer", 420}, {"page_title", 300}};
constexpr std::size_t kValueMax = 100;
constexpr std::size_t kMessagesMax = 100;

constexpr std::string_view kReserved[] = {
    "ad_activeview",    "ad_click",        "ad_exposure",    "ad_query",      "ad_reward",
    "adunit_exposure",  "app_background",  "app_clear_data", "app_exception", "app_remove",
    "app_store_refund", "app_update",      "app_upgrade",    "error",         "first_open",
    "first_visit",      "in_app_purchase", "os_update",      "session_start", "user_engagement"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_too_long(std::string_view parameter, std::string_view text) {
  std::size_t characters_max = kValueMax;
  for (const TextLimit& limit : kTextLimits) {
    if (limit.parameter == parameter) characters_max = limit.characters_max;
  }
  const auto characters =
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; });
  return static_cast<std::size_t>(characters) > characters_max;
}

class Validation {
 public:
  explicit Validation(std::string& out) : writer_(out) {
    writer_.begin_object().key("validationMessages").begin_array();
  }
  void finish() { writer_.end_array().end_object(); }

  void say(std::string_view path, std::string_view description, std::string_view code) {
    if (++count_ > kMessagesMax) return;
    writer_.begin_object()
        .member("fieldPath", path)
        .member("description", description)
        .member("validationCode", code)
        .end_object();
  }

  Result<void> check(json::Value& root) {
    if (root.kind() != json::Kind::kObject) {
      say("", "The body must be an object.", "VALUE_INVALID");
      return {};
    }
    bool has_client = false;
    bool has_events = false;
    PENSTOCK_TRY(root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key == "client_id" || key == "app_instance_id") {
        has_client = value.kind() == json::Kind::kString && value.string().value_or("") != "";
      }
      if (key != "events") return {};
      has_events = true;
      return check_events(value);
    }));
    if (!has_client) {
      say("client_id", "client_id or app_instance_id is required.", "VALUE_REQUIRED");
    }
    if (!has_events) say("events", "At least one event is required.", "VALUE_REQUIRED");
    return {};
  }

 private:
  Result<void> check_events(json::Value& events) {
    if (events.kind() != json::Kind::kArray) {
      say("events", "events must be an array.", "VALUE_INVALID");
      return {};
    }
    std::size_t count = 0;
    PENSTOCK_TRY(events.elements([&](json::Value& event) -> Result<void> {
      return check_event(event, str_cat("events[", count++, "]"));
    }));
    if (count == 0) say("events", "At least one event is required.", "VALUE_REQUIRED");
    if (count > kEventsMax) {
      say("events", "A request has at most 25 events.", "EXCEEDED_MAX_ENTITIES");
    }
    return {};
  }

  Result<void> check_event(json::Value& event, const std::string& path) {
    if (event.kind() != json::Kind::kObject) {
      say(path, "An event must be an object.", "VALUE_INVALID");
      return {};
    }
    bool has_name = false;
    PENSTOCK_TRY(event.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key == "params") return check_parameters(value, path + ".params");
      if (key != "name") return {};
      has_name = true;
      const std::string_view name = value.string().value_or("");
      if (!is_name(name)) {
        say(path + ".name",
            "A name begins with a letter and has at most 40 letters, digits and underscores.",
            "NAME_INVALID");
      } else if (std::find(std::begin(kReserved), std::end(kReserved), name) !=
                 std::end(kReserved)) {
        say(path + ".name", "The name is reserved.", "NAME_RESERVED");
      }
      return {};
    }));
    if (!has_name) say(path + ".name", "An event needs a name.", "VALUE_REQUIRED");
    return {};
  }

  Result<void> check_parameters(json::Value& parameters, const std::string& path) {
    if (parameters.kind() != json::Kind::kObject) {
      say(path, "params must be an object.", "VALUE_INVALID");
      return {};
    }
    std::size_t count = 0;
    PENSTOCK_TRY(parameters.members([&](std::string_view key, json::Value& value) -> Result<void> {
      ++count;
      if (!is_name(key)) {
        say(str_cat(path, ".", key.substr(0, kNameMax)),
            "A name begins with a letter and has at most 40 letters, digits and underscores.",
            "NAME_INVALID");
      }
      if (value.kind() == json::Kind::kString && is_too_long(key, value.string().value_or(""))) {
        say(str_cat(path, ".", key.substr(0, kNameMax)),
            "The text is too long: 100 characters, of page_location, page_referrer and page_title "
            "more.",
            "VALUE_OUT_OF_BOUNDS");
      }
      return {};
    }));
    if (count > kParametersMax) {
      say(path, "An event has at most 25 parameters.", "EXCEEDED_MAX_ENTITIES");
    }
    return {};
  }

  json::Writer writer_;
  std::size_t count_ = 0;
};

}  // namespace

std::string validation_messages(std::string_view body, json::Reader& reader) {
  std::string out;
  Validation validation(out);
  const auto read = reader.read(body, [&](json::Value& root) { return validation.check(root); });
  if (!read) {
    validation.say("", str_cat("The body is no JSON: it breaks at byte ", read.error().native, "."),
                   "VALUE_INVALID");
  }
  validation.finish();
  return out;
}

}  // namespace penstock::adapter
