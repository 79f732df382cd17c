#include "adapter/contract/vercel_signature.h"

#include "base/text.h"
#include "crypto/hmac.h"
#include "crypto/secrets.h"

namespace penstock::adapter {

std::string_view fault_of_vercel_signature(std::string_view secret, const http::Request& request,
                                           std::initializer_list<std::string_view> bodies) {
  const std::string_view header = request.header("x-vercel-signature");
  if (header.empty()) return kSignatureMissing;
  const auto mac = parse_hex(header);
  if (!mac) return kSignatureWrong;
  for (const std::string_view body : bodies) {
    if (crypto::is_equal(crypto::hmac_sha1(secret, body), *mac)) return "";
  }
  return kSignatureWrong;
}

}  // namespace penstock::adapter
