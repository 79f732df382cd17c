#include "adapter/guide.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "adapter/table.h"

namespace penstock::adapter {
namespace {

TEST(Guide, IsThatOfTheDocs) {
  std::ifstream in(PENSTOCK_SOURCE_DIR "/docs/protocols.md");
  const std::string docs{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(docs, guide()) << "make it anew: penstock protocols --markdown > docs/protocols.md";
}

TEST(Guide, TellsOfEveryProtocolWhatToSet) {
  for (const Protocol* protocol : protocols()) {
    SCOPED_TRACE(protocol->name);
    EXPECT_FALSE(protocol->guide.title.empty());
    EXPECT_FALSE(protocol->guide.clients.empty());
    EXPECT_FALSE(protocol->guide.setting.empty());
    const std::string text = guide_of(*protocol);
    for (const Route& route : protocol->routes) {
      EXPECT_NE(text.find(route.pattern), std::string::npos);
    }
    for (const Rule& rule : protocol->guide.rules) EXPECT_FALSE(to_text(rule.place).empty());
  }
}

}  // namespace
}  // namespace penstock::adapter
