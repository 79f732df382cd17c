#include "console/api/request/record.h"

#include <gtest/gtest.h>

#include "console/api/request/test_api.h"

namespace penstock::console {
namespace {

class Record : public ::testing::Test {
 protected:
  void SetUp() override {
    auto services = Services::open(api_.settings(), clock_, limiter_);
    ASSERT_TRUE(services) << to_text(services.error());
    services_ = std::move(*services);
    call_.session.emplace();
    call_.session->user.email = "ada@x";
  }

  testing::TestApi api_{{}};
  ManualClock clock_{1'800'000'000'000};
  SignInLimiter limiter_{clock_};
  std::unique_ptr<Services> services_;
  Call call_;
};

TEST_F(Record, NamesWhoCalls) {
  EXPECT_EQ(actor_of(call_), "ada@x");
  EXPECT_EQ(actor_of(Call{}), "");
  call_.token_name = "deploy";
  EXPECT_EQ(actor_of(call_), "token deploy (ada@x)");

  record(call_, *services_, "user.add", "bob@x", "as viewer");
  record_refused(Call{}, *services_, "eve@x");
  const auto page = services_->audit->page(10, "");
  ASSERT_EQ(page->entries.size(), 2u);
  EXPECT_EQ(page->entries[0].subject, "eve@x");
  EXPECT_EQ(page->entries[1].actor, "token deploy (ada@x)");
  EXPECT_EQ(page->entries[1].detail, "as viewer");
}

// The act is done by then: what cannot be recorded is told, and nothing fails.
TEST_F(Record, GoesOnWhereTheLogCannotBeWritten) {
  auto database = sqlite::Database::open(api_.settings().accounts_path, {});
  ASSERT_TRUE(database->execute(
      "CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END"));
  record(call_, *services_, "user.add", "bob@x");
  EXPECT_TRUE(services_->audit->page(10, "")->entries.empty());
}

}  // namespace
}  // namespace penstock::console
