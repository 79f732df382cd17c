#include "adapter/hook/signature.h"

#include <cstdlib>
#include <string>

#include "adapter/contract/vercel_signature.h"
#include "base/text.h"
#include "crypto/base64.h"
#include "crypto/hmac.h"
#include "crypto/secrets.h"

namespace penstock::adapter {
namespace {

constexpr std::string_view kMissing = kSignatureMissing;
constexpr std::string_view kWrong = kSignatureWrong;
constexpr std::string_view kStale = "the signature is more than five minutes off";

bool is_mac(const std::string& mac, std::string_view hex) {
  const auto bytes = parse_hex(hex);
  return bytes && crypto::is_equal(mac, *bytes);
}

// Seconds since the epoch, as all of them write it.
bool is_fresh(std::string_view time, std::int64_t now_ms) {
  constexpr std::int64_t kSecondsMax = 253'402'300'799;  // The year 9999.
  const auto seconds = parse_int(time);
  return seconds && *seconds >= 0 && *seconds <= kSecondsMax &&
         std::abs(now_ms - *seconds * 1000) <= kSignatureAgeMaxMs;
}

// Takes what stands before the next `separator` off the front of `list`.
std::string_view take_part(std::string_view& list, char separator) {
  const std::size_t end = list.find(separator);
  const std::string_view part = list.substr(0, end);
  list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  return trim(part);
}

// "sha256=HEX". The older X-Hub-Signature (SHA-1) does not count.
std::string_view fault_of_github(const Hook& hook, const http::Request& request) {
  constexpr std::string_view kPrefix = "sha256=";
  const std::string_view header = request.header("X-Hub-Signature-256");
  if (header.empty()) return kMissing;
  if (!header.starts_with(kPrefix)) return kWrong;
  const std::string mac = crypto::hmac_sha256(hook.secret, {request.body});
  return is_mac(mac, header.substr(kPrefix.size())) ? "" : kWrong;
}

// "t=SECONDS,v1=HEX,v1=HEX,v0=…": while a secret is being replaced there are two.
std::string_view fault_of_stripe(const Hook& hook, const http::Request& request,
                                 std::int64_t now_ms) {
  const std::string_view header = request.header("Stripe-Signature");
  if (header.empty()) return kMissing;
  std::string_view time;
  for (std::string_view rest = header; !rest.empty();) {
    const std::string_view part = take_part(rest, ',');
    if (time.empty() && part.starts_with("t=")) time = part.substr(2);
  }
  const std::string mac = crypto::hmac_sha256(hook.secret, {time, ".", request.body});
  bool is_good = false;
  for (std::string_view rest = header; !rest.empty();) {
    const std::string_view part = take_part(rest, ',');
    is_good |= part.starts_with("v1=") && is_mac(mac, part.substr(3));
  }
  if (!is_good) return kWrong;
  return is_fresh(time, now_ms) ? "" : kStale;
}

std::string_view fault_of_slack(const Hook& hook, const http::Request& request,
                                std::int64_t now_ms) {
  constexpr std::string_view kVersion = "v0=";
  const std::string_view header = request.header("X-Slack-Signature");
  if (header.empty()) return kMissing;
  const std::string_view time = request.header("X-Slack-Request-Timestamp");
  const std::string mac = crypto::hmac_sha256(hook.secret, {"v0:", time, ":", request.body});
  if (!header.starts_with(kVersion) || !is_mac(mac, header.substr(kVersion.size()))) return kWrong;
  return is_fresh(time, now_ms) ? "" : kStale;
}

// "v1,BASE64 v1,BASE64": any of them counts. Svix's own names, or those of Standard Webhooks.
std::string_view fault_of_svix(const Hook& hook, const http::Request& request,
                               std::int64_t now_ms) {
  const bool is_own = !request.header("svix-signature").empty();
  const std::string_view header = request.header(is_own ? "svix-signature" : "webhook-signature");
  if (header.empty()) return kMissing;
  const std::string_view id = request.header(is_own ? "svix-id" : "webhook-id");
  const std::string_view time = request.header(is_own ? "svix-timestamp" : "webhook-timestamp");
  const std::string mac = crypto::hmac_sha256(hook.secret, {id, ".", time, ".", request.body});
  bool is_good = false;
  std::string bytes;
  for (std::string_view rest = header; !rest.empty();) {
    const std::string_view part = take_part(rest, ' ');
    is_good |= part.starts_with("v1,") && crypto::decode_base64(part.substr(3), bytes) &&
               crypto::is_equal(mac, bytes);
  }
  if (!is_good) return kWrong;
  return is_fresh(time, now_ms) ? "" : kStale;
}

}  // namespace

std::string_view fault_of_signature(const Hook& hook, const http::Request& request,
                                    std::int64_t now_ms) {
  switch (hook.scheme) {
    case HookScheme::kGithub:
      return fault_of_github(hook, request);
    case HookScheme::kStripe:
      return fault_of_stripe(hook, request, now_ms);
    case HookScheme::kSlack:
      return fault_of_slack(hook, request, now_ms);
    case HookScheme::kSvix:
      return fault_of_svix(hook, request, now_ms);
    case HookScheme::kVercel:
      return fault_of_vercel_signature(hook.secret, request, {request.body});
  }
  return kWrong;
}

}  // namespace penstock::adapter
