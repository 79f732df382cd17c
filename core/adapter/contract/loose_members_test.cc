#include "adapter/contract/loose_members.h"

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

using event::TextField;

TEST(LooseMembers, KnowTheHeaderOfEachMember) {
  EXPECT_EQ(member_of_header("X-Penstock-User-Id"), "user_id");
  EXPECT_EQ(member_of_header("x-penstock-user-agent"), "user_agent");
  EXPECT_EQ(member_of_header("X-PENSTOCK-URL"), "url");
  for (const char* other : {"", "X-Penstock-", "X-Penstock-Key", "X-Penstock-User_Id", "Url",
                            "X-Penstock-Urls", "X-Penstock-Project", "X-Penstock-Source"}) {
    EXPECT_EQ(member_of_header(other), "") << other;
  }
}

TEST(LooseMembers, CountTheLastOfEqualHeaders) {
  LooseMembers members;
  members.start(20);
  const http::Header headers[] = {{"X-Penstock-Url", "client"}, {"X-Penstock-Url", "proxy"}};
  members.add_headers(headers);
  event::Draft draft;
  members.put_headers(draft);
  EXPECT_EQ(draft.text(TextField::kUrl), "proxy");
}

TEST(LooseMembers, RepairWhatIsNotUtf8) {
  LooseMembers members;
  members.start(10);
  const http::Header headers[] = {{"X-Penstock-Name", "caf\xe9"}};
  members.add_headers(headers);
  event::Draft draft;
  members.put_headers(draft);
  EXPECT_EQ(draft.text(TextField::kName), "caf\xef\xbf\xbd");
}

TEST(LooseMembers, ForgetTheRequestBefore) {
  LooseMembers members;
  members.start(10);
  const http::Header headers[] = {{"X-Penstock-Name", "n"}};
  members.add_headers(headers);
  members.start(10);
  members.add_pairs("name=q");
  event::Draft draft;
  members.put_pairs(draft);
  members.put_headers(draft);
  EXPECT_EQ(draft.text(TextField::kName), "q");
}

}  // namespace
}  // namespace penstock::adapter
