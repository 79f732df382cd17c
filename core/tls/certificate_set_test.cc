#include "tls/certificate_set.h"

#include <gtest/gtest.h>

#include "support/test_certificates.h"

namespace penstock::tls {
namespace {

Certificate make(std::vector<std::string> names, bool is_rsa = false) {
  const penstock::testing::TestCertificate made({.names = names, .is_rsa = is_rsa});
  Certificate certificate;
  certificate.names = std::move(names);
  EVP_PKEY_up_ref(made.key());
  certificate.key.reset(made.key());
  return certificate;
}

template <class... Each>
CertificateSet set_of(Each... each) {
  std::vector<Certificate> all;
  (all.push_back(std::move(each)), ...);
  return CertificateSet(std::move(all));
}

using Group = std::vector<std::size_t>;

TEST(CertificateSet, AnswersByNameThenByWildcardThenByDefault) {
  const CertificateSet set =
      set_of(make({"first.test"}), make({"*.x.test", "y.test"}), make({"a.x.test"}));
  const auto answer = [&](std::string_view name) { return set.groups()[set.group_of(name)]; };
  EXPECT_EQ(answer("y.test"), Group{1});
  EXPECT_EQ(answer("Y.TEST"), Group{1});
  EXPECT_EQ(answer("y.test."), Group{1});
  EXPECT_EQ(answer("a.x.test"), Group{2});
  EXPECT_EQ(answer("b.x.test"), Group{1});
  EXPECT_EQ(answer("c.b.x.test"), Group{0});  // A wildcard is for one label.
  EXPECT_EQ(answer("x.test"), Group{0});
  EXPECT_EQ(answer(".x.test"), Group{0});
  EXPECT_EQ(answer("*.x.test"), Group{1});
  EXPECT_EQ(answer("else.test"), Group{0});
  EXPECT_EQ(answer(""), Group{0});
  EXPECT_EQ(answer("."), Group{0});
}

TEST(CertificateSet, PutsKindsOfKeysForOneNameTogether) {
  const CertificateSet set = set_of(make({"a.test"}, true), make({"a.test", "b.test"}),
                                    make({"a.test"}), make({"c.test"}));
  const auto answer = [&](std::string_view name) { return set.groups()[set.group_of(name)]; };
  EXPECT_EQ(answer("a.test"), (Group{0, 1}));  // The first of each kind.
  EXPECT_EQ(answer("b.test"), Group{1});
  EXPECT_EQ(answer("else"), (Group{0, 1}));
}

TEST(CertificateSet, HasADefaultThatHasNoNameAtAll) {
  const CertificateSet set = set_of(make({"x"}), make({"b.test"}));
  std::vector<Certificate> nameless;
  nameless.push_back(make({"x"}));
  nameless.front().names.clear();
  const CertificateSet without(std::move(nameless));
  EXPECT_EQ(without.groups()[without.group_of("b.test")], Group{0});
}

}  // namespace
}  // namespace penstock::tls
