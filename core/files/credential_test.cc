#include "files/credential.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace penstock::files {
namespace {

class CredentialTest : public ::testing::Test {
 protected:
  CredentialTest() { forget(); }
  ~CredentialTest() override { forget(); }
  static void forget() {
    for (const char* name : {"CREDENTIALS_DIRECTORY", "INVOCATION_ID"}) ::unsetenv(name);
  }
  static void name(const std::string& folder) {
    ::setenv("CREDENTIALS_DIRECTORY", folder.c_str(), 1);
  }

  const testing::TempDir dir_;
};

TEST_F(CredentialTest, IsOutOfSightWhereItsFolderIs) {
  const std::string there = dir_.path("there");
  const std::string hidden = dir_.path("hidden/unit.service");
  name(hidden);
  EXPECT_TRUE(is_credential_out_of_sight(hidden + "/tls.key"));
  EXPECT_FALSE(is_credential_out_of_sight(hidden + "2/tls.key"));
  EXPECT_FALSE(is_credential_out_of_sight("/etc/penstock/tls.key"));
  name(dir_.path());
  EXPECT_FALSE(is_credential_out_of_sight(there)) << "a file that is missing is a fault";
}

TEST_F(CredentialTest, IsOutOfSightWhereAUnitIsNotEvenToldOfIt) {
  const std::string path = "/run/credentials/no-such-unit.service/tls.key";
  name("");
  EXPECT_FALSE(is_credential_out_of_sight(path)) << "outside of a unit";
  ::setenv("INVOCATION_ID", "1", 1);
  EXPECT_TRUE(is_credential_out_of_sight(path));
  EXPECT_FALSE(is_credential_out_of_sight("/etc/penstock/tls/tls.key"));
  name(dir_.path());
  EXPECT_FALSE(is_credential_out_of_sight(path)) << "another unit's";
}

}  // namespace
}  // namespace penstock::files
