#include <gtest/gtest.h>

#include "adapter/guide.h"
#include "cli/verb/verb_testing.h"

namespace penstock::cli {
namespace {

TEST(Protocols, AreListedWithWhatIsOff) {
  const Ran all = run_tool({"protocols", "--set", "protocols.pixel=false"});
  EXPECT_EQ(all.code, 0);
  EXPECT_NE(all.out.find("segment       Segment and RudderStack\n"), std::string::npos) << all.out;
  const std::size_t pixel = all.out.find("\npixel ");
  ASSERT_NE(pixel, std::string::npos);
  EXPECT_LT(all.out.find("(off)\n", pixel), all.out.find('\n', pixel + 1));
}

TEST(Protocols, AreToldOfOneByOneAndTogether) {
  const Ran one = run_tool({"protocols", "segment"});
  EXPECT_EQ(one.code, 0);
  EXPECT_NE(one.out.find("POST /v1/batch"), std::string::npos);
  EXPECT_EQ(run_tool({"protocols", "--markdown"}).out, adapter::guide());

  const Ran none = run_tool({"protocols", "nonesuch"});
  EXPECT_EQ(none.code, 1);
  EXPECT_NE(none.err.find("there is no protocol nonesuch"), std::string::npos) << none.err;
}

}  // namespace
}  // namespace penstock::cli
