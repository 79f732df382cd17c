#include "intake/admission.h"

#include <gtest/gtest.h>

#include "crypto/secrets.h"

namespace penstock::intake {
namespace {

using Verdict = Admission::Verdict;

// The ways in which keys are sent are intake_keys_test.cc's.
class AdmissionTest : public ::testing::Test {
 protected:
  AdmissionTest() {
    crypto::start_crypto();
    shop_ = make_key("shop", false, 1);
    server_ = make_key("server", true, 1);
    revoked_ = make_key("shop", true, 1);
    revoked_.entry.revoked_at_ms = 2;
    table_ = KeyTable({shop_.entry, server_.entry, revoked_.entry});
  }

  NewKey shop_;
  NewKey server_;
  NewKey revoked_;
  KeyTable table_{{}};
  FingerprintSettings fingerprints_;
  adapter::Origin origin_;
  ManualClock clock_{1'795'602'237'000};
  IntakeHeaders headers_;
  http::Address peer_;
  http::NetworkList proxies_;
  const Sender sender_{headers_, peer_, proxies_, clock_};
};

TEST_F(AdmissionTest, NeedsNoKeyUnlessOneIsRequired) {
  EXPECT_EQ(Admission(table_, false, fingerprints_, origin_, sender_).verdict(),
            Verdict::kAdmitted);
  EXPECT_EQ(origin_.project, "default");
  Admission strict(table_, true, fingerprints_, origin_, sender_);
  strict.try_key("");
  EXPECT_EQ(strict.verdict(), Verdict::kMissing);
  strict.try_key("stranger's");
  EXPECT_EQ(strict.verdict(), Verdict::kUnknown);
  EXPECT_EQ(strict.unknown().text(), "stran");
  strict.try_key(shop_.key);
  EXPECT_EQ(strict.verdict(), Verdict::kAdmitted);
  EXPECT_TRUE(strict.unknown().is_none());
}

TEST_F(AdmissionTest, GoesByTheFirstKnownKey) {
  Admission admission(table_, false, fingerprints_, origin_, sender_);
  for (const std::string& key : {std::string("stranger's"), shop_.key, server_.key}) {
    admission.try_key(key);
  }
  EXPECT_EQ(origin_.project, "shop");
  EXPECT_FALSE(origin_.is_server_side);
}

TEST_F(AdmissionTest, EndsWithARevokedKey) {
  for (const bool is_required : {false, true}) {
    Admission admission(table_, is_required, fingerprints_, origin_, sender_);
    admission.try_key(shop_.key);
    admission.try_key(revoked_.key);
    EXPECT_EQ(admission.verdict(), Verdict::kRevoked);
    EXPECT_FALSE(admission.try_body_key(shop_.key));

    Admission by_body(table_, is_required, fingerprints_, origin_, sender_);
    EXPECT_FALSE(by_body.try_body_key(revoked_.key));
    EXPECT_FALSE(by_body.try_body_key(shop_.key));
    EXPECT_EQ(by_body.verdict(), Verdict::kRevoked);
  }
}

TEST_F(AdmissionTest, GoesByTheBodysKeysInTurn) {
  Admission admission(table_, false, fingerprints_, origin_, sender_);
  admission.try_key(shop_.key);
  EXPECT_TRUE(admission.try_body_key(server_.key));
  EXPECT_EQ(origin_.project, "server");
  EXPECT_TRUE(origin_.is_server_side);
  // A stranger's events are the request's again, and do not speak with the other key's authority.
  EXPECT_TRUE(admission.try_body_key("stranger's"));
  EXPECT_EQ(origin_.project, "shop");
  EXPECT_FALSE(origin_.is_server_side);
  EXPECT_TRUE(admission.unknown().is_none());

  Admission open(table_, false, fingerprints_, origin_, sender_);
  EXPECT_TRUE(open.try_body_key(server_.key));
  EXPECT_TRUE(open.try_body_key("stranger's"));
  EXPECT_EQ(origin_.project, "default");
  EXPECT_FALSE(origin_.is_server_side);
  EXPECT_EQ(open.unknown().text(), "stran");
}

TEST_F(AdmissionTest, SetsTheRulesOfTheProject) {
  fingerprints_.of_projects = {{"shop", 2}};
  Admission admission(table_, false, fingerprints_, origin_, sender_);
  EXPECT_EQ(origin_.fingerprint_rules, 1);
  admission.try_body_key(shop_.key);
  EXPECT_EQ(origin_.fingerprint_rules, 2);
  admission.try_body_key(server_.key);
  EXPECT_EQ(origin_.fingerprint_rules, 1);
  admission.vouch_for("shop");  // Whoever has a known key needs nobody's word.
  EXPECT_EQ(origin_.fingerprint_rules, 1);

  fingerprints_.of_others = 2;
  fingerprints_.of_projects = {{"default", 1}};
  Admission others(table_, false, fingerprints_, origin_, sender_);
  EXPECT_EQ(origin_.fingerprint_rules, 1);
  others.try_key(shop_.key);
  EXPECT_EQ(origin_.fingerprint_rules, 2);
}

TEST_F(AdmissionTest, FindsARequiredKeyInTheBody) {
  Admission admission(table_, true, fingerprints_, origin_, sender_);
  admission.try_key("a proxy's token");
  EXPECT_EQ(admission.verdict(), Verdict::kUnknown);
  EXPECT_TRUE(admission.try_body_key(shop_.key));
  EXPECT_EQ(admission.verdict(), Verdict::kAdmitted);
  EXPECT_TRUE(admission.unknown().is_none());
  EXPECT_FALSE(admission.try_body_key("stranger's"));
  EXPECT_EQ(admission.verdict(), Verdict::kUnknown);

  Admission with_key(table_, true, fingerprints_, origin_, sender_);
  with_key.try_key(shop_.key);
  EXPECT_TRUE(with_key.try_body_key("stranger's"));
  EXPECT_EQ(origin_.project, "shop");
}

TEST_F(AdmissionTest, TakesWhoWasVouchedForUnlessAKeySaysMore) {
  Admission stranger(table_, true, fingerprints_, origin_, sender_);
  stranger.try_key("stranger's");
  stranger.vouch_for("hooked");
  EXPECT_EQ(stranger.verdict(), Verdict::kAdmitted);
  EXPECT_EQ(origin_.project, "hooked");
  EXPECT_TRUE(origin_.is_server_side);
  EXPECT_TRUE(stranger.unknown().is_none());
  Admission known(table_, true, fingerprints_, origin_, sender_);
  known.try_key(shop_.key);
  known.vouch_for("hooked");
  EXPECT_EQ(origin_.project, "shop");
  EXPECT_FALSE(origin_.is_server_side);
}

// The first known key decides, also by what it is bound to.
TEST_F(AdmissionTest, EndsWithAKeyThatIsBoundToSomethingElse) {
  const std::pair<KeyRules, Verdict> bound[] = {
      {{0, {"https://shop.example"}, {}, 0}, Verdict::kOrigin},
      {{0, {}, {"203.0.113.0/24"}, 0}, Verdict::kAddress},
      {{0, {}, {}, 1}, Verdict::kExpired}};
  for (const auto& [rules, verdict] : bound) {
    NewKey tied = make_key("tied", false, 1);
    tied.entry.rules = rules;
    KeyTable table({tied.entry, shop_.entry});
    Admission admission(table, false, fingerprints_, origin_, sender_);
    admission.try_key(tied.key);
    admission.try_key(shop_.key);
    EXPECT_EQ(admission.verdict(), verdict);
    EXPECT_TRUE(admission.is_ended());

    Admission other(table, false, fingerprints_, origin_, sender_);
    other.try_key(shop_.key);
    other.try_key(tied.key);  // One more that is known changes nothing.
    EXPECT_EQ(other.verdict(), Verdict::kAdmitted);
    EXPECT_FALSE(other.try_body_key(tied.key));
    EXPECT_EQ(other.verdict(), verdict);
  }
}

TEST_F(AdmissionTest, CountsEventsToTheirKeys) {
  KeyLedger ledger;
  NewKey tight = make_key("tight", false, 1);
  tight.entry.rules.events_a_minute = 1;
  KeyTable table({shop_.entry, server_.entry, tight.entry, revoked_.entry}, &ledger);
  const auto events_of = [&](const NewKey& key) -> std::uint64_t {
    for (const auto& line : ledger.lines()) {
      if (line.id == key.entry.id) return line.events * 100 + line.refused;
    }
    return 0;
  };
  origin_.received_at_ms = 77;
  Admission one(table, false, fingerprints_, origin_, sender_);
  one.try_key(shop_.key);
  one.count_taken(3);
  EXPECT_EQ(events_of(shop_), 300u);
  EXPECT_EQ(ledger.lines()[0].last_ms, 77);

  Admission several(table, false, fingerprints_, origin_, sender_);
  several.try_key(shop_.key);
  const std::pair<const NewKey*, std::uint64_t> events[] = {
      {&server_, 0}, {&server_, 1}, {&tight, 2}, {&server_, 4}, {nullptr, 5}};
  for (const auto& [key, so_far] : events) {
    several.note_events(so_far);
    EXPECT_TRUE(several.try_body_key(key == nullptr ? "stranger's" : key->key));
  }
  several.count_taken(7);
  EXPECT_EQ(events_of(server_), 300u);
  EXPECT_EQ(events_of(tight), 200u);
  EXPECT_EQ(events_of(shop_), 500u);

  Admission over(table, false, fingerprints_, origin_, sender_);
  over.try_key(tight.key);
  EXPECT_EQ(over.verdict(), Verdict::kQuota);
  EXPECT_EQ(over.wait_s(), 60);
  EXPECT_EQ(events_of(tight), 201u);
}

}  // namespace
}  // namespace penstock::intake
