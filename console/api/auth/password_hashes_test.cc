#include "console/api/auth/password_hashes.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/secrets.h"

namespace penstock::console {
namespace {

TEST(PasswordHashes, KnowTheirPasswordFromManyThreads) {
  crypto::start_crypto();
  const std::string hash = hash_password("a good long password");
  ASSERT_NE(hash, "");
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      if (is_password_of(hash, "a good long password") && !is_password_of(hash, "another")) ++right;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 3);
}

TEST(PasswordHashes, NobodysIsOneThatNoTextMatches) {
  crypto::start_crypto();
  EXPECT_EQ(&nobodys_hash(), &nobodys_hash());
  EXPECT_FALSE(is_password_of(nobodys_hash(), ""));
  EXPECT_FALSE(is_password_of(nobodys_hash(), nobodys_hash()));
}

}  // namespace
}  // namespace penstock::console
