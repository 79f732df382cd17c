// What is answered and counted; the ways in which keys are sent, over a socket, are
// intake_keys_test.cc's.
#include "intake/key_gate.h"

#include <gtest/gtest.h>

#include "adapter/table.h"
#include "base/text.h"
#include "crypto/secrets.h"

namespace penstock::intake {
namespace {

class KeyGateTest : public ::testing::Test {
 protected:
  KeyGateTest() {
    crypto::start_crypto();
    shop_ = make_key("shop", false, 1);
    revoked_ = make_key("shop", false, 1);
    revoked_.entry.revoked_at_ms = 2;
    expired_ = make_key("shop", false, 1);
    expired_.entry.rules.expires_at_ms = 2;
    bound_ = make_key("shop", false, 1);
    bound_.entry.rules.origins = {"https://shop.example"};
    options_.unknown_keys = &unknown_keys_;
    gate_.emplace(options_, clock_, counters_);
    gate_->set_keys({shop_.entry, revoked_.entry, expired_.entry, bound_.entry});
  }

  // The refusal of a request with these keys, as "401 missing_key"; "" for none.
  std::string refusal(std::string_view header_key, std::string_view query = "",
                      bool requires_key = true) {
    headers_.penstock_key = header_key;
    request_.query = query;
    Admission admission(gate_->keys(), requires_key, fingerprints_, origin_, sender_);
    gate_->try_keys(headers_, request_, *adapter::protocols()[0], admission);
    const auto refused = gate_->refusal_of(admission);
    if (!refused) gate_->note_unknown(admission, UnknownKeys::Fate::kTaken, 3);
    return refused ? str_cat(refused->status, " ", refused->error) : std::string();
  }
  // By the reasons' names.
  std::string counted() const {
    std::string text;
    for (std::size_t i = 0; i < std::size(kKeyReasons); ++i) {
      const std::uint64_t count = counters_.refused_keys[i].value();
      if (count > 0) text += str_cat(kKeyReasons[i], "=", count, " ");
    }
    return text;
  }
  std::string unknown() const {
    std::string text;
    for (const auto& [prefix, events] : unknown_keys_.counts()) {
      text += str_cat(prefix, "=", events, " ");
    }
    return text;
  }

  NewKey shop_;
  NewKey revoked_;
  NewKey expired_;
  NewKey bound_;
  UnknownKeys unknown_keys_;
  IntakeOptions options_;
  IntakeCounters counters_;
  ManualClock clock_{1'795'602'237'000};
  std::optional<KeyGate> gate_;
  FingerprintSettings fingerprints_;
  adapter::Origin origin_;
  http::Request request_;
  IntakeHeaders headers_;
  http::Address peer_;
  http::NetworkList proxies_;
  const Sender sender_{headers_, peer_, proxies_, clock_};
};

TEST_F(KeyGateTest, OpensForAKeyWhereverItStands) {
  EXPECT_EQ(refusal(shop_.key), "");
  EXPECT_EQ(origin_.project, "shop");
  EXPECT_EQ(refusal("stranger's", str_cat("a=b&key=", shop_.key)), "");
  EXPECT_EQ(origin_.project, "shop");
  EXPECT_EQ(refusal("", "", false), "");
  EXPECT_EQ(origin_.project, "default");
  EXPECT_EQ(counted(), "");
  EXPECT_EQ(unknown(), "");
}

TEST_F(KeyGateTest, SaysWhyNotAndCountsIt) {
  EXPECT_EQ(refusal(""), "401 missing_key");
  EXPECT_EQ(refusal("stranger's"), "401 unknown_key");
  EXPECT_EQ(refusal(revoked_.key), "401 revoked_key");
  EXPECT_EQ(refusal(revoked_.key, "", false), "401 revoked_key");
  EXPECT_EQ(refusal(expired_.key), "401 expired_key");
  EXPECT_EQ(refusal(bound_.key), "403 origin_refused");
  EXPECT_EQ(counted(), "missing=1 unknown=1 revoked=2 expired=1 origin=1 ");
}

// A refused request is one, however many events it would have had.
TEST_F(KeyGateTest, NotesHowUnknownKeysBegin) {
  EXPECT_EQ(refusal("stranger's"), "401 unknown_key");
  EXPECT_EQ(refusal("another's", "", false), "");
  EXPECT_EQ(refusal("another's", "", false), "");
  EXPECT_EQ(unknown(), "stran=1 anoth=6 ");
  options_.unknown_keys = nullptr;
  gate_.emplace(options_, clock_, counters_);
  EXPECT_EQ(refusal("stranger's"), "401 unknown_key");
}

}  // namespace
}  // namespace penstock::intake
