#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include "queue/redis/held_name_testing.h"
#include "queue/redis/network.h"
#include "support/run_until.h"

namespace {

std::mutex held_mutex;
std::condition_variable held_changed;
bool is_held = false;

}  // namespace

// In place of the C library's, for the whole test program.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node == nullptr || std::strcmp(node, penstock::testing::HeldName::kName) != 0) {
    return real(node, service, hints, found);
  }
  std::unique_lock lock(held_mutex);
  held_changed.wait(lock, [] { return !is_held; });
  return real("127.0.0.1", service, hints, found);
}

namespace penstock::testing {

HeldName::HeldName() {
  const std::lock_guard lock(held_mutex);
  is_held = true;
}
HeldName::~HeldName() { release(); }
void HeldName::release() {
  const std::lock_guard lock(held_mutex);
  is_held = false;
  held_changed.notify_all();
}

}  // namespace penstock::testing

namespace penstock::queue {
namespace {

using Outcome = Result<std::vector<io::SocketAddress>>;

Outcome resolve(const char* host) {
  io::Loop loop;
  std::optional<Outcome> outcome;
  const auto underway = system_resolver().resolve(
      loop, host, 6379, [&](Outcome found) { outcome.emplace(std::move(found)); });
  EXPECT_FALSE(outcome);
  EXPECT_TRUE(testing::run_until(loop, [&] { return outcome.has_value(); }));
  return *outcome;
}

TEST(SystemResolver, KnowsAddressesAndNames) {
  EXPECT_EQ(resolve("127.0.0.7")->front().text(), "127.0.0.7:6379");
  EXPECT_EQ(resolve("::1")->front().text(), "[::1]:6379");
  ASSERT_TRUE(resolve("localhost"));
  EXPECT_EQ(resolve("localhost")->front().port(), 6379);
}

TEST(SystemResolver, SaysWhereThereIsNoSuchName) {
  const auto outcome = resolve("no such name");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kDisconnected);
  EXPECT_NE(outcome.error().native, 0);
  const std::string text = to_text(outcome.error());
  EXPECT_TRUE(text.ends_with("Name or service not known") ||
              text.ends_with("Temporary failure in name resolution"))
      << text;
}

// Neither the dropped question nor the loop's end waits for the name server.
TEST(SystemResolver, LetsNobodyWaitForALateName) {
  testing::HeldName name;
  bool is_told = false;
  {
    io::Loop loop;
    auto underway = system_resolver().resolve(loop, testing::HeldName::kName, 1,
                                              [&](const Outcome&) { is_told = true; });
    underway.reset();
  }
  EXPECT_FALSE(is_told);
}

}  // namespace
}  // namespace penstock::queue
