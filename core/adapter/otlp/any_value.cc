#include "adapter/otlp/any_value.h"

#include "base/json_text.h"
#include "base/text.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kValues = "values";

// Calls `visit` for each element of {"values":[…]}.
Result<void> for_each_value(json::Value& list, FunctionRef<Result<void>(json::Value& list)> visit) {
  return list.members([&](std::string_view key, json::Value& value) -> Result<void> {
    if (key != kValues || value.kind() != json::Kind::kArray) return {};
    return visit(value);
  });
}

class Plain {
 public:
  explicit Plain(std::string& out) : out_(out) {}

  Result<void> append_inner(std::string_view type, json::Value& inner, std::uint32_t depth_left);
  bool is_too_deep() const { return is_too_deep_; }

 private:
  Result<void> append(json::Value& value, std::uint32_t depth_left);
  Result<void> append_array(json::Value& array, std::uint32_t depth_left);
  Result<void> append_map(json::Value& map, std::uint32_t depth_left);

  std::string& out_;
  bool is_too_deep_ = false;
};

Result<void> Plain::append(json::Value& value, std::uint32_t depth_left) {
  const std::size_t begin = out_.size();
  if (value.kind() != json::Kind::kObject) {
    if (!value.append_to(out_, depth_left)) is_too_deep_ = true;
    return {};
  }
  PENSTOCK_TRY(value.members([&](std::string_view type, json::Value& inner) {
    out_.resize(begin);  // Of several the last counts.
    return append_inner(type, inner, depth_left);
  }));
  if (out_.size() == begin) out_ += "null";
  return {};
}

Result<void> Plain::append_inner(std::string_view type, json::Value& inner,
                                 std::uint32_t depth_left) {
  const bool is_array = type == "arrayValue";
  if (inner.kind() == json::Kind::kObject && (is_array || type == "kvlistValue")) {
    if (depth_left == 0) {
      is_too_deep_ = true;
      return {};
    }
    return is_array ? append_array(inner, depth_left - 1) : append_map(inner, depth_left - 1);
  }
  if (type == "intValue" && inner.kind() == json::Kind::kString) {
    const auto text = inner.string();
    if (!text) return fail(text.error());
    if (is_integer_text(*text)) {
      out_ += *text;
    } else {
      append_json_string(out_, *text);
    }
    return {};
  }
  if (!inner.append_to(out_, depth_left)) is_too_deep_ = true;
  return {};
}

Result<void> Plain::append_array(json::Value& array, std::uint32_t depth_left) {
  const std::size_t begin = out_.size();
  PENSTOCK_TRY(for_each_value(array, [&](json::Value& list) -> Result<void> {
    out_.resize(begin);
    return list.elements([&](json::Value& element) {
      out_ += out_.size() == begin ? '[' : ',';
      return append(element, depth_left);
    });
  }));
  out_ += out_.size() == begin ? "[]" : "]";
  return {};
}

Result<void> Plain::append_map(json::Value& map, std::uint32_t depth_left) {
  const std::size_t begin = out_.size();
  PENSTOCK_TRY(for_each_value(map, [&](json::Value& list) -> Result<void> {
    out_.resize(begin);
    return for_each_pair(list, [&](std::string_view key, json::Value& value) {
      out_ += out_.size() == begin ? '{' : ',';
      append_json_string(out_, key);
      out_ += ':';
      return append(value, depth_left);
    });
  }));
  out_ += out_.size() == begin ? "{}" : "}";
  return {};
}

}  // namespace

bool is_integer_text(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || digits.front() < '0' || digits.front() > '9') return false;
  return (digits.size() == 1 || digits.front() != '0') && parse_int(text).has_value();
}

Result<bool> append_plain(std::string_view type, json::Value& inner, std::string& out,
                          std::uint32_t depth_max) {
  Plain plain(out);
  PENSTOCK_TRY(plain.append_inner(type, inner, depth_max));
  return !plain.is_too_deep();
}

Result<void> for_each_pair(
    json::Value& list, FunctionRef<Result<void>(std::string_view key, json::Value& value)> visit) {
  return list.elements([&](json::Value& pair) -> Result<void> {
    if (pair.kind() != json::Kind::kObject) return {};
    std::string_view key;
    bool has_key = false;
    bool has_value = false;
    const auto look = [&](std::string_view name, json::Value& member) -> Result<void> {
      if (name == "key" && member.kind() == json::Kind::kString) {
        const auto text = member.string();
        if (!text) return fail(text.error());
        key = *text;
        has_key = true;
      } else if (name == "value" && has_key && !has_value) {
        has_value = true;
        return visit(key, member);
      }
      return {};
    };
    PENSTOCK_TRY(pair.members(look));
    if (!has_key || has_value) return {};
    pair.rewind();
    return pair.members(look);
  });
}

}  // namespace penstock::adapter
