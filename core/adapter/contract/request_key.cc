#include "adapter/contract/request_key.h"

#include "base/percent.h"
#include "base/text.h"
#include "crypto/base64.h"
#include "http/target.h"

namespace penstock::adapter {

std::string_view basic_user(const http::Request& request, std::string& scratch) {
  constexpr std::string_view kScheme = "Basic ";
  const std::string_view value = request.header("Authorization");
  if (value.size() < kScheme.size()) return {};
  if (!equals_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return {};
  if (!crypto::decode_base64(trim(value.substr(kScheme.size())), scratch)) return {};
  return std::string_view(scratch).substr(0, scratch.find(':'));
}

std::string_view query_value(const http::Request& request, std::string_view name,
                             std::string& scratch) {
  const auto raw = http::raw_query_value(request.query, name);
  if (!raw) return {};
  scratch.clear();
  append_percent_decoded(scratch, *raw, Plus::kIsSpace);
  return scratch;
}

void take_key_of_site(Item& item, std::string_view path) {
  constexpr std::string_view kBegin = "pk_";
  const std::string_view site = item.text_at(path);
  if (!site.starts_with(kBegin)) return;
  item.set(Place::kKey, site);
  item.drop(path);
}

}  // namespace penstock::adapter
