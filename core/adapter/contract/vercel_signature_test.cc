#include "adapter/contract/vercel_signature.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

constexpr std::string_view kSecret = "kit-vercel-secret";
constexpr std::string_view kBody = R"([{"id":"1","message":"hello"}])";
// Made by Python's hmac over kBody.
constexpr std::string_view kMac = "4e96866fcef45baf2fea721a108c7dacceaa4462";

std::string_view fault(std::string_view header, std::initializer_list<std::string_view> bodies,
                       std::string_view secret = kSecret) {
  const std::vector<http::Header> headers = {{"X-Vercel-Signature", header}};
  http::Request request;
  request.headers = headers;
  return fault_of_vercel_signature(secret, request, bodies);
}

TEST(VercelSignature, IsOverTheBody) {
  EXPECT_EQ(fault(kMac, {kBody}), "");
  EXPECT_EQ(fault(kMac, {"as it was packed", kBody}), "");
  EXPECT_EQ(fault(kMac, {"another"}), kSignatureWrong);
  EXPECT_EQ(fault(kMac, {kBody}, "another"), kSignatureWrong);
}

TEST(VercelSignature, IsAllOfItAndInHex) {
  EXPECT_EQ(fault("", {kBody}), kSignatureMissing);
  for (const std::string& bad :
       {std::string(kMac.substr(2)), std::string(kMac) + "00", "sha1=" + std::string(kMac),
        std::string(40, '0'), std::string("x")}) {
    EXPECT_EQ(fault(bad, {kBody}), kSignatureWrong) << bad;
  }
  EXPECT_EQ(fault_of_vercel_signature(kSecret, http::Request(), {kBody}), kSignatureMissing);
}

}  // namespace
}  // namespace penstock::adapter
