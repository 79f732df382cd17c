#include "event/sidekiq/active_job.h"

#include "base/json_text.h"
#include "event/limits.h"

namespace penstock::event {
namespace {

bool is_marker(std::string_view key) {
  return key == "_aj_symbol_keys" || key == "_aj_ruby2_keywords" ||
         key == "_aj_hash_with_indifferent_access";
}

// Copies a value as ActiveJob's deserializer would see it.
class PlainCopy {
 public:
  explicit PlainCopy(std::string& out) : out_(out) {}

  Result<void> copy(json::Value& value) {
    // One for the event itself, which its properties stand in.
    if (depth_ > kPropertiesDepthMax + 1) {
      return fail(ErrorCode::kRejected, "read a job: nested too deep");
    }
    ++depth_;
    const auto copied = value.kind() == json::Kind::kObject  ? copy_object(value)
                        : value.kind() == json::Kind::kArray ? copy_array(value)
                                                             : value.append_to(out_, 1);
    --depth_;
    return copied;
  }

 private:
  Result<void> copy_object(json::Value& object) {
    const std::size_t begin = out_.size();
    bool is_serialized = false;
    out_ += '{';
    PENSTOCK_TRY(object.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (is_marker(key)) return {};
      if (key == "_aj_serialized") {
        is_serialized = true;
        out_.resize(begin);
        return {};
      }
      if (is_serialized) return key == "value" ? copy(value) : Result<void>();
      if (out_.size() > begin + 1) out_ += ',';
      append_json_string(out_, key);
      out_ += ':';
      return copy(value);
    }));
    if (!is_serialized) {
      out_ += '}';
    } else if (out_.size() == begin) {
      out_ += "null";
    }
    return {};
  }

  Result<void> copy_array(json::Value& array) {
    bool is_first = true;
    out_ += '[';
    PENSTOCK_TRY(array.elements([&](json::Value& value) -> Result<void> {
      if (!is_first) out_ += ',';
      is_first = false;
      return copy(value);
    }));
    out_ += ']';
    return {};
  }

  std::string& out_;
  std::uint32_t depth_ = 0;
};

}  // namespace

bool is_active_job_wrapper(std::string_view job_class) {
  return job_class == "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper" ||
         job_class == "Sidekiq::ActiveJob::Wrapper";
}

Result<void> append_active_job_argument(json::Value& wrapper, std::string& out) {
  bool is_found = false;
  PENSTOCK_TRY(wrapper.members([&](std::string_view key, json::Value& value) -> Result<void> {
    if (key != "arguments" || value.kind() != json::Kind::kArray) return {};
    return value.elements([&](json::Value& argument) -> Result<void> {
      if (is_found) return {};
      is_found = true;
      return PlainCopy(out).copy(argument);
    });
  }));
  if (!is_found) return fail(ErrorCode::kRejected, "read a job: it has no arguments");
  return {};
}

}  // namespace penstock::event
