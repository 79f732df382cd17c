#include "adapter/hook/signature.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

using Headers = std::vector<http::Header>;

constexpr std::string_view kBody = R"({"action":"opened"})";
constexpr std::int64_t kSignedMs = 1'795'697'075'000;
constexpr std::string_view kTime = "1795697075";
constexpr std::string_view kZeros =
    "0000000000000000000000000000000000000000000000000000000000000000";

// Made by Python's hmac over kBody.
constexpr std::string_view kOfGithub =
    "665a0cdba96ee8510f85a3fb49f6b7e3c7e05a53cf1494c2566b85527a560d8e";
constexpr std::string_view kOfStripe =
    "eb8b12ab6385d2cb96947302e00d6c4690d0d879dad40728f14739e78fce03c2";
constexpr std::string_view kOfSlack =
    "bb1cb04a327e5439342a7178fcd8fe644cbca3b375a96f529d6f60766e53b9c6";
constexpr std::string_view kOfSvix = "/a8JQ/J0PBI5w5w17fR5qzEzEKW8LtZmSg/rnZteTz0=";

Hook hook_of(HookScheme scheme) {
  switch (scheme) {
    case HookScheme::kGithub:
      return {"h", scheme, "kit-github-secret", ""};
    case HookScheme::kStripe:
      return {"h", scheme, "whsec_kitstripesecret", ""};
    case HookScheme::kSlack:
      return {"h", scheme, "kit-slack-signing-secret", ""};
    case HookScheme::kVercel:
      return {"h", scheme, "kit-vercel-secret", ""};
    case HookScheme::kSvix:
      break;
  }
  return {"h", scheme, "kit-svix-secret-kit-svix", ""};
}

std::string_view fault(HookScheme scheme, const Headers& headers, std::int64_t now_ms = kSignedMs,
                       std::string_view body = kBody) {
  http::Request request;
  request.headers = headers;
  request.body = body;
  return fault_of_signature(hook_of(scheme), request, now_ms);
}

TEST(Signature, OfVercelIsOverTheBody) {
  const std::string_view good = "403145c13a15e89a9784723c13be0cf5338284af";
  EXPECT_EQ(fault(HookScheme::kVercel, {{"x-vercel-signature", good}}), "");
  EXPECT_NE(fault(HookScheme::kVercel, {{"x-vercel-signature", good}}, 0, "{}"), "");
  EXPECT_NE(fault(HookScheme::kVercel, {}), "");
}

TEST(Signature, OfGithubIsOverTheBody) {
  const auto scheme = HookScheme::kGithub;
  const std::string good = "sha256=" + std::string(kOfGithub);
  EXPECT_EQ(fault(scheme, {{"X-Hub-Signature-256", good}}), "");
  EXPECT_EQ(fault(scheme, {{"x-hub-signature-256", good}}, 0), "");
  EXPECT_NE(fault(scheme, {{"X-Hub-Signature-256", good}}, 0, R"({"action":"closed"})"), "");
  EXPECT_NE(fault(scheme, {}), "");
  const Headers sha1 = {{"X-Hub-Signature", "sha1=d65ae3bbcd41970eae2b34b3980619c51b49f8f1"}};
  EXPECT_NE(fault(scheme, sha1), "");
  for (const std::string& bad :
       {std::string(kOfGithub), "sha1=" + std::string(kOfGithub), good + "00",
        good.substr(0, good.size() - 2), std::string("sha256="), "sha256=" + std::string(kZeros)}) {
    EXPECT_NE(fault(scheme, {{"X-Hub-Signature-256", bad}}), "") << bad;
  }
}

TEST(Signature, OfStripeMayBeAnyOfSeveral) {
  const auto scheme = HookScheme::kStripe;
  const std::string time = "t=" + std::string(kTime);
  const std::string v1 = ",v1=" + std::string(kOfStripe);
  const std::string zeros = ",v1=" + std::string(kZeros);
  for (const std::string& good : {time + v1, time + zeros + v1, time + v1 + zeros + ",v0=11",
                                  v1.substr(1) + "," + time, "x=y," + time + ", " + v1.substr(1)}) {
    EXPECT_EQ(fault(scheme, {{"Stripe-Signature", good}}), "") << good;
  }
  const std::string other_scheme = time + ",v0=" + std::string(kOfStripe);
  for (const std::string& bad : {std::string(), time, time + zeros, v1.substr(1), other_scheme,
                                 "t=1795697076" + v1, "t=" + v1, std::string(",,=,t,v1=")}) {
    EXPECT_NE(fault(scheme, {{"Stripe-Signature", bad}}), "") << bad;
  }
}

TEST(Signature, OfSlackNamesItsVersion) {
  const auto scheme = HookScheme::kSlack;
  const std::string good = "v0=" + std::string(kOfSlack);
  EXPECT_EQ(fault(scheme, {{"X-Slack-Signature", good}, {"X-Slack-Request-Timestamp", kTime}}), "");
  EXPECT_NE(fault(scheme, {{"X-Slack-Signature", good}}), "");
  EXPECT_NE(fault(scheme, {{"X-Slack-Request-Timestamp", kTime}}), "");
  EXPECT_NE(fault(scheme, {{"X-Slack-Signature", kOfSlack}, {"X-Slack-Request-Timestamp", kTime}}),
            "");
  EXPECT_NE(
      fault(scheme, {{"X-Slack-Signature", good}, {"X-Slack-Request-Timestamp", "1795697076"}}),
      "");
}

TEST(Signature, OfSvixHasTwoSetsOfHeaders) {
  const auto scheme = HookScheme::kSvix;
  const std::string good = "v1,AAAA v1a,xyz v1," + std::string(kOfSvix);
  for (const std::string prefix : {"svix-", "webhook-"}) {
    const std::string names[] = {prefix + "id", prefix + "timestamp", prefix + "signature"};
    EXPECT_EQ(fault(scheme, {{names[0], "msg_1"}, {names[1], kTime}, {names[2], good}}), "");
    EXPECT_NE(fault(scheme, {{names[0], "msg_2"}, {names[1], kTime}, {names[2], good}}), "");
    EXPECT_NE(fault(scheme, {{names[0], "msg_1"}, {names[2], good}}), "");
    EXPECT_NE(fault(scheme, {{names[0], "msg_1"}, {names[1], kTime}, {names[2], kOfSvix}}), "");
    EXPECT_NE(fault(scheme, {{names[0], "msg_1"}, {names[1], kTime}}), "");
  }
  // The headers of one set do not count for the other.
  EXPECT_NE(
      fault(scheme, {{"svix-id", "msg_1"}, {"svix-timestamp", kTime}, {"webhook-signature", good}}),
      "");
}

TEST(Signature, GoesStale) {
  const std::string stripe = "t=" + std::string(kTime) + ",v1=" + std::string(kOfStripe);
  const std::string slack = "v0=" + std::string(kOfSlack);
  const std::string svix = "v1," + std::string(kOfSvix);
  const Headers headers = {{"Stripe-Signature", stripe},         {"X-Slack-Signature", slack},
                           {"X-Slack-Request-Timestamp", kTime}, {"webhook-id", "msg_1"},
                           {"webhook-timestamp", kTime},         {"webhook-signature", svix}};
  for (const HookScheme scheme : {HookScheme::kStripe, HookScheme::kSlack, HookScheme::kSvix}) {
    for (const std::int64_t off_ms : {-kSignatureAgeMaxMs, std::int64_t{0}, kSignatureAgeMaxMs}) {
      EXPECT_EQ(fault(scheme, headers, kSignedMs + off_ms), "");
    }
    EXPECT_NE(fault(scheme, headers, kSignedMs + kSignatureAgeMaxMs + 1), "");
    EXPECT_NE(fault(scheme, headers, kSignedMs - kSignatureAgeMaxMs - 1), "");
  }
}

}  // namespace
}  // namespace penstock::adapter
