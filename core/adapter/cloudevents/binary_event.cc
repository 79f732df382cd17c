#include "adapter/cloudevents/binary_event.h"

#include "base/bytes.h"
#include "base/percent.h"
#include "base/text.h"
#include "crypto/base64.h"
#include "event/limits.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kPrefix = "ce-";

// "" for a header that is no attribute's.
std::string_view attribute_of(std::string_view header) {
  if (header.size() <= kPrefix.size()) return {};
  if (!equals_ignoring_case(header.substr(0, kPrefix.size()), kPrefix)) return {};
  return header.substr(kPrefix.size());
}

// Each byte is the code point of its number.
std::string utf8_of_latin1(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

// The content of a quoted-string (RFC 9110, section 5.6.4).
std::string unquoted(std::string_view inside) {
  std::string out;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == '\\' && i + 1 < inside.size()) ++i;
    out += inside[i];
  }
  return out;
}

bool is_json_type(std::string_view content_type) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  const std::size_t json = type.size() < 4 ? std::string_view::npos : type.size() - 4;
  return json != std::string_view::npos && equals_ignoring_case(type.substr(json), "json");
}

}  // namespace

bool has_attribute_headers(const http::Request& request) {
  for (const http::Header& header : request.headers) {
    if (!attribute_of(header.name).empty()) return true;
  }
  return false;
}

std::optional<std::string> attribute_text(std::string_view value) {
  std::string text = is_valid_utf8(value) ? std::string(value) : utf8_of_latin1(value);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = unquoted(std::string_view(text).substr(1, text.size() - 2));
  }
  std::string decoded;
  append_percent_decoded(decoded, text, Plus::kIsText);
  if (!is_valid_utf8(decoded)) return std::nullopt;
  return decoded;
}

std::string_view take_attributes(const http::Request& request, Item& item) {
  for (const http::Header& header : request.headers) {
    const std::string_view attribute = attribute_of(header.name);
    // What no attribute may be called: the body is the data.
    if (attribute.empty() || equals_ignoring_case(attribute, "data")) continue;
    auto text = attribute_text(header.value);
    if (!text) return "has a ce- header that is no UTF-8";
    const std::string_view name = item.hold(to_lower(attribute));
    item.take_pair(name, item.hold(*std::move(text)));
  }
  const std::string_view type = request.header("Content-Type");
  if (!type.empty() && is_valid_utf8(type)) item.keep_pair("datacontenttype", type);
  return {};
}

void take_data(std::string_view body, std::string_view content_type, Item& item,
               Workspace& workspace) {
  if (body.empty()) return;
  const std::string_view text = without_byte_order_mark(body);
  const bool may_be_json = content_type.empty() || is_json_type(content_type);
  if (may_be_json && workspace.draft.take_properties_of(text)) return;
  if (may_be_json) {
    std::string& json = workspace.text;
    json.clear();
    const auto read = workspace.reader.read(text, [&](json::Value& root) {
      return root.append_to(json, event::kPropertiesDepthMax - 1);
    });
    if (read) return item.keep_json("data", json);
  }
  if (is_valid_utf8(body) && body.find('\0') == std::string_view::npos) {
    return item.keep_pair("data", body);
  }
  item.keep_pair("data_base64", crypto::encode_base64(body));
}

}  // namespace penstock::adapter
