#include "adapter/contract/request_key.h"

#include "base/percent.h"
#include "base/text.h"
#include "crypto/base64.h"
#include "http/target.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kKeyBegin = "pk_";

// "user:password", or empty.
std::string_view basic_credentials(const http::Request& request, std::string& scratch) {
  constexpr std::string_view kScheme = "Basic ";
  const std::string_view value = request.header("Authorization");
  if (value.size() < kScheme.size()) return {};
  if (!equals_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return {};
  if (!crypto::decode_base64(trim(value.substr(kScheme.size())), scratch)) return {};
  return scratch;
}

}  // namespace

std::string_view basic_user(const http::Request& request, std::string& scratch) {
  const std::string_view credentials = basic_credentials(request, scratch);
  return credentials.substr(0, credentials.find(':'));
}

std::string_view basic_key(const http::Request& request, std::string& scratch) {
  const std::string_view credentials = basic_credentials(request, scratch);
  const std::size_t colon = credentials.find(':');
  const std::string_view user = credentials.substr(0, colon);
  if (colon == std::string_view::npos) return user;
  const std::string_view password = credentials.substr(colon + 1);
  const bool is_password =
      user.empty() || (!user.starts_with(kKeyBegin) && password.starts_with(kKeyBegin));
  return is_password ? password : user;
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
  const std::string_view site = item.text_at(path);
  if (!site.starts_with(kKeyBegin)) return;
  item.set(Place::kKey, site);
  item.drop(path);
}

}  // namespace penstock::adapter
