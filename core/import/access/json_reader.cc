#include "import/access/json_reader.h"

#include <deque>
#include <utility>

#include "base/text.h"
#include "event/limits.h"
#include "import/access/log_event.h"
#include "import/access/log_names.h"

namespace penstock::importing {
namespace {

constexpr adapter::ItemShape kJsonLine{};
constexpr std::uint32_t kDepthMax = 4;  // "request.headers.User-Agent" and a list.

class JsonLogReader final : public RowReader {
 public:
  JsonLogReader(FormatOptions options, std::string_view source)
      : options_(std::move(options)), source_(source), event_(options_) {}

  adapter::ReadOutcome read(const Row& row, const adapter::Context& context) override {
    adapter::ItemReader reader(kJsonLine, source_, context);
    fields_.clear();
    held_.clear();
    const auto taken = context.workspace.reader.read(
        row.text, [this](json::Value& root) { return take_members(root, "", 1); });
    if (!taken) {
      reader.reject(400, adapter::kInvalidEventError, "is no JSON object");
      return reader.outcome();
    }
    event_.make(fields_, reader);
    return reader.outcome();
  }

 private:
  // Lent until the next row.
  std::string_view hold(std::string text) { return held_.emplace_back(std::move(text)); }

  Result<void> take_members(json::Value& object, const std::string& path, std::uint32_t depth) {
    return object.members([&](std::string_view key, json::Value& value) -> Result<void> {
      const std::string name = path.empty() ? std::string(key) : str_cat(path, ".", key);
      if (value.kind() == json::Kind::kObject && depth < kDepthMax) {
        return take_members(value, name, depth + 1);
      }
      return take(name, value);
    });
  }

  Result<void> take(const std::string& name, json::Value& value) {
    const LogField field = field_of_name(name);
    if (field == LogField::kIgnored || value.kind() == json::Kind::kNull) return {};
    if (value.kind() == json::Kind::kArray && field != LogField::kOther) {
      // A header's values: the first.
      bool is_first = true;
      return value.elements([&](json::Value& element) -> Result<void> {
        if (!std::exchange(is_first, false)) return {};
        return take(name, element);
      });
    }
    if (value.kind() == json::Kind::kString) {
      const auto text = value.string();
      if (!text) return fail(text.error());
      fields_.put(field, hold(name), hold(std::string(*text)));
      return {};
    }
    std::string json;
    PENSTOCK_TRY(value.append_to(json, event::kPropertiesDepthMax / 2));
    if (field != LogField::kOther && value.kind() == json::Kind::kNumber) {
      fields_.put(field, hold(name), hold(std::move(json)));
    } else {
      fields_.others.push_back({hold(name), hold(std::move(json)), true});
    }
    return {};
  }

  const FormatOptions options_;
  const std::string_view source_;
  LogEvent event_;
  LogFields fields_;
  std::deque<std::string> held_;
};

}  // namespace

std::unique_ptr<RowReader> make_json_log_reader(FormatOptions options, std::string_view source) {
  return std::make_unique<JsonLogReader>(std::move(options), source);
}

}  // namespace penstock::importing
