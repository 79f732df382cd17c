// For tests: a console with errors that are stored and counted, an editor and a viewer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "console/api/endpoints/test_console.h"
#include "console/api/errors/error_follower.h"
#include "console/api/errors/error_testing.h"

namespace penstock::console::testing {

inline constexpr std::string_view kProblem =
    R"({"fingerprint":"f1","class":"shop.OutOfStock","message":"no <b>beans</b>","release":"1.0",)"
    R"("level":"error","frames":[{"file":"cart.py","function":"add","in_app":true}]})";

class StoredErrors : public ::testing::Test {
 protected:
  void SetUp() override {
    console_.add_user("ada@x", Role::kEditor);
    console_.add_user("bob@x", Role::kViewer);
    store(kEventsNow - 60'000, kProblem, 3);
    store(kEventsNow - 50'000, R"({"fingerprint":"f2","message":"late"})", 1, "billing");
    store(kEventsNow - 40'000, R"({"message":"no fingerprint"})", 2);
    store(kEventsNow - 30 * 86'400'000LL, R"({"fingerprint":"old"})", 1);
    follow();
    console_.start();
    ada_ = console_.sign_in("ada@x");
    bob_ = console_.sign_in("bob@x");
  }

  void store(std::int64_t at_ms, std::string_view properties, int count,
             std::string_view project = "default", std::string_view browser = "Firefox") {
    std::vector<event::Row> rows;
    for (int i = 0; i < count; ++i) {
      event::Row row = error_row(at_ms, number_++, properties);
      row.record.project = project;
      row.browser = browser;
      row.record.user_id = i % 2 == 0 ? "u1" : "u2";
      rows.push_back(row);
    }
    console_.store(rows);
  }
  // Counts what is stored.
  void follow() {
    const auto& settings = console_.settings();
    const auto follower =
        ErrorFollower::open(settings.accounts_path, settings.store_path, console_.clock());
    ASSERT_TRUE(follower);
    for (auto more = (*follower)->take();; more = (*follower)->take()) {
      ASSERT_TRUE(more) << to_text(more.error());
      if (!*more) break;
    }
  }

  Answer get(std::string_view target, std::string known = "") const {
    Headers headers = bob_.headers();
    if (!known.empty()) headers.emplace_back("If-None-Match", std::move(known));
    return console_.ask("GET", str_cat("/api/v1", target), std::move(headers));
  }
  Answer send(std::string_view method, std::string_view target, std::string_view body) const {
    return console_.ask(method, str_cat("/api/v1", target), ada_.headers(), body);
  }
  // The id of the list's first group whose JSON holds `text`; "" without one.
  std::string id_of(std::string_view text) const {
    const Answer list = get("/errors?state=all&from=0");
    EXPECT_EQ(list.status, 200) << list.body;
    const std::size_t at = list.body.find(text);
    constexpr std::string_view kId = "{\"id\":";
    const std::size_t start = at == std::string::npos ? at : list.body.rfind(kId, at);
    if (start == std::string::npos) return {};
    const std::size_t number = start + kId.size();
    return list.body.substr(number, list.body.find(',', number) - number);
  }

  TestConsole console_;
  Visitor ada_;
  Visitor bob_;
  std::uint32_t number_ = 0;
};

}  // namespace penstock::console::testing
