#include "adapter/contract/body_format.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "base/utf8.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kDocumentTypes[] = {"application/json", "text/json",
                                               "application/x-json", "text/x-json"};
constexpr std::string_view kLinesTypes[] = {"application/x-ndjson",    "application/ndjson",
                                            "application/jsonl",       "application/x-jsonl",
                                            "application/jsonlines",   "application/x-jsonlines",
                                            "application/json-lines",  "application/x-json-lines",
                                            "application/ldjson",      "application/x-ldjson",
                                            "text/x-ndjson",           "text/ndjson",
                                            "application/stream+json", "text/jsonl"};
constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
constexpr std::string_view kUndecidedTypes[] = {"", "text/plain", kFormType};
constexpr std::string_view kJsonSuffix = "+json";

// Without its parameters.
std::string_view media_type(std::string_view content_type) {
  return trim(content_type.substr(0, content_type.find(';')));
}

bool is_one_of(std::span<const std::string_view> names, std::string_view type) {
  return std::any_of(names.begin(), names.end(),
                     [type](std::string_view name) { return equals_ignoring_case(name, type); });
}

}  // namespace

bool is_form_type(std::string_view content_type) {
  return equals_ignoring_case(media_type(content_type), kFormType);
}

BodyFormat body_format_of(std::string_view content_type, std::string_view body) {
  // What nearly every client sends needs no closer look.
  if (equals(content_type, kDocumentTypes[0]) && body.starts_with('{'))
    return BodyFormat::kDocument;
  const std::string_view text = without_byte_order_mark(body);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return BodyFormat::kEmpty;

  const std::string_view type = media_type(content_type);
  if (is_one_of(kDocumentTypes, type)) return BodyFormat::kDocument;  // The usual case first.
  if (is_one_of(kUndecidedTypes, type)) {
    const bool is_json = text[first] == '{' || text[first] == '[';
    return is_json ? BodyFormat::kDocument : BodyFormat::kForm;
  }
  if (is_one_of(kLinesTypes, type)) return BodyFormat::kLines;
  // "application/vnd.api+json" (RFC 6839, section 3.1).
  if (type.size() > kJsonSuffix.size() &&
      equals_ignoring_case(type.substr(type.size() - kJsonSuffix.size()), kJsonSuffix)) {
    return BodyFormat::kDocument;
  }
  return BodyFormat::kUnknown;
}

}  // namespace penstock::adapter
