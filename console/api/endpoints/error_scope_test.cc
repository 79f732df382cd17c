// Of each route that names a group; which groups are whose, and what is listed of them, is
// event_scope_test.cc.
#include "console/api/endpoints/error_scope.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "console/api/endpoints/error_testing.h"

namespace penstock::console {
namespace {

using testing::Answer;
using testing::Visitor;

constexpr std::string_view kIgnore = R"({"state":"ignored"})";
constexpr std::string_view kNote = R"({"text":"a note"})";
constexpr std::string_view kNoSuchGroup =
    R"({"error":"not_found","detail":"there is no such group of errors"})";

class ErrorScope : public testing::StoredErrors {
 protected:
  void SetUp() override {
    console_.add_user("shop@x", *rights_in({{"billing", Role::kViewer}, {"shop", Role::kEditor}}));
    StoredErrors::SetUp();
    shop_ = console_.sign_in("shop@x");
  }
  Answer ask(const Visitor& who, std::string_view method, std::string_view path,
             std::string_view body = "") const {
    return console_.ask(method, str_cat("/api/v1/errors", path), who.headers(), body);
  }

  Visitor shop_;
};

// Else the answer would tell that it is there.
TEST_F(ErrorScope, AGroupThatOneMayNotSeeIsAnsweredAsNone) {
  const auto answers = [&](const Visitor& who, std::string_view id) {
    return std::vector<Answer>{ask(who, "GET", str_cat("/", id)),
                               ask(who, "GET", str_cat("/", id, "/samples")),
                               ask(who, "GET", str_cat("/", id, "/notes")),
                               ask(who, "POST", str_cat("/", id, "/notes"), kNote),
                               ask(who, "PATCH", str_cat("/", id), kIgnore)};
  };
  const std::string theirs = id_of("\"f1\"");
  ASSERT_FALSE(theirs.empty());
  for (const auto& [who, id] :
       {std::pair(&ada_, std::string("99")), {&ada_, "x"}, {&shop_, "99"}, {&shop_, theirs}}) {
    for (const Answer& answer : answers(*who, id)) {
      EXPECT_EQ(answer.status, 404) << id;
      EXPECT_EQ(answer.body, kNoSuchGroup) << id;
    }
  }
  EXPECT_EQ(ask(shop_, "PATCH", "", str_cat(R"({"state":"ignored","ids":[)", theirs, "]}")).body,
            kNoSuchGroup);
  for (const Answer& answer : answers(ada_, theirs)) EXPECT_EQ(answer.status, 200) << answer.body;
}

TEST_F(ErrorScope, AGroupThatOneMayOnlySeeIsNotChanged) {
  const std::string seen = id_of("\"project\":\"billing\"");
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(ask(shop_, "GET", str_cat("/", seen)).status, 200);
  for (const Answer& answer :
       {ask(shop_, "POST", str_cat("/", seen, "/notes"), kNote),
        ask(shop_, "PATCH", str_cat("/", seen), kIgnore),
        ask(shop_, "PATCH", "", str_cat(R"({"state":"ignored","ids":[)", seen, "]}"))}) {
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.member("error"), "role_required") << answer.body;
  }
}

}  // namespace
}  // namespace penstock::console
