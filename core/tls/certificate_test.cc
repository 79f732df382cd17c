#include "tls/certificate.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/as_nobody.h"
#include "support/temp_dir.h"
#include "support/test_certificates.h"

namespace penstock::tls {
namespace {

using penstock::testing::TestCertificate;
using penstock::testing::write_text;
using Which = FileFault::Which;

class CertificateTest : public ::testing::Test {
 protected:
  void put(const std::string& certificate, const std::string& key) {
    write_text(cert_path_, certificate);
    write_text(key_path_, key);
  }
  std::optional<Certificate> read() {
    fault_ = {};
    return read_certificate(cert_path_, key_path_, fault_);
  }
  // What is said instead of reading it.
  std::string refusal() {
    EXPECT_FALSE(read());
    return fault_.what;
  }

  const penstock::testing::TempDir dir_;
  const std::string cert_path_ = dir_.path("cert.pem");
  const std::string key_path_ = dir_.path("key.pem");
  FileFault fault_;
};

TEST_F(CertificateTest, TellsItsNamesAndUntilWhenItIsGood) {
  const TestCertificate made({.names = {"A.Test", "*.b.test"}, .valid_s = 1'000});
  put(made.pem(), made.key_pem());
  const auto certificate = read();
  ASSERT_TRUE(certificate) << fault_.what;
  EXPECT_EQ(certificate->names, (std::vector<std::string>{"a.test", "*.b.test"}));
  EXPECT_EQ(certificate->name(), "a.test");
  const std::int64_t now_s = ::time(nullptr);
  EXPECT_GT(certificate->expires_s, now_s);
  EXPECT_LE(certificate->expires_s, now_s + 1'000);
  EXPECT_TRUE(certificate->chain.empty());
}

TEST_F(CertificateTest, IsNamedByItsSubjectWhereItHasNoOtherNames) {
  const TestCertificate made({.names = {"Old.Test"}, .has_alt_names = false});
  put(made.pem(), made.key_pem());
  EXPECT_EQ(read()->names, (std::vector<std::string>{"old.test"}));
}

TEST_F(CertificateTest, BringsItsChainAndMayLieBesideItsKeyInOneFile) {
  const TestCertificate root({.names = {"root"}, .is_authority = true});
  const TestCertificate between({.names = {"between"}, .is_authority = true}, &root);
  const TestCertificate made({.names = {"a.test"}}, &between);
  put(made.key_pem() + made.pem() + between.pem(), "");
  FileFault fault;
  const auto certificate = read_certificate(cert_path_, cert_path_, fault);
  ASSERT_TRUE(certificate) << fault.what;
  EXPECT_EQ(certificate->chain.size(), 1u);
}

TEST_F(CertificateTest, SaysWhichFileIsWrongAndWhy) {
  const TestCertificate made({.names = {"a.test"}});
  const TestCertificate other({.names = {"b.test"}});
  put(made.pem(), other.key_pem());
  EXPECT_EQ(refusal(), key_path_ + " is not the key of the certificate in " + cert_path_);
  EXPECT_EQ(fault_.which, Which::kKey);

  put(made.pem(), made.key_pem("secret"));
  EXPECT_NE(refusal().find("passphrase"), std::string::npos);
  put(made.pem(), "nothing");
  EXPECT_EQ(refusal(), key_path_ + " holds no private key in PEM");
  put(made.pem(), made.pem());
  EXPECT_EQ(refusal(), key_path_ + " holds no private key in PEM");

  put("", made.key_pem());
  EXPECT_EQ(refusal(), cert_path_ + " holds no certificate in PEM");
  EXPECT_EQ(fault_.which, Which::kCertificate);
  put(made.key_pem(), made.key_pem());
  EXPECT_EQ(refusal(), cert_path_ + " holds no certificate in PEM");
  put(made.pem().substr(0, 200), made.key_pem());
  EXPECT_NE(refusal().find(cert_path_), std::string::npos);
  put(made.pem() + made.pem().substr(0, 200), made.key_pem());
  EXPECT_NE(refusal().find(cert_path_), std::string::npos);
}

TEST_F(CertificateTest, SaysThatAFileIsNotThereOrNoFileOrTooLarge) {
  const TestCertificate made({.names = {"a.test"}});
  EXPECT_EQ(refusal(), cert_path_ + " cannot be read: No such file or directory");
  put(made.pem(), std::string(1'048'577, ' '));
  EXPECT_EQ(refusal(), key_path_ + " is larger than 1 MiB");
  put(made.pem(), "");
  FileFault fault;
  EXPECT_FALSE(read_certificate(cert_path_, dir_.path(), fault));
  EXPECT_EQ(fault.what, dir_.path() + " is no regular file");
}

TEST_F(CertificateTest, SaysWhatToDoAboutAKeyThatItMayNotRead) {
  PENSTOCK_NEEDS_ROOT();
  const TestCertificate made({.names = {"a.test"}});
  put(made.pem(), made.key_pem());
  ::chmod(dir_.path().c_str(), 0755);
  ::chmod(key_path_.c_str(), 0600);
  ASSERT_EQ(::seteuid(penstock::testing::kNobody), 0);
  const bool is_read = read().has_value();
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_FALSE(is_read);
  EXPECT_EQ(fault_.which, Which::kKey);
  EXPECT_NE(fault_.what.find("Permission denied; let the service's user read it (chgrp"),
            std::string::npos)
      << fault_.what;
}

}  // namespace
}  // namespace penstock::tls
