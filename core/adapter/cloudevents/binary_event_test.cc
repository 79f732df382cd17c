#include "adapter/cloudevents/binary_event.h"

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

TEST(AttributeText, UndoesPercentsOnce) {
  EXPECT_EQ(attribute_text("plain"), "plain");
  EXPECT_EQ(attribute_text("Euro%20%E2%82%AC%20%F0%9F%98%80"), "Euro € 😀");
  EXPECT_EQ(attribute_text("%2541"), "%41");
  EXPECT_EQ(attribute_text("a+b 20%"), "a+b 20%");
}

TEST(AttributeText, TakesRawBytes) {
  EXPECT_EQ(attribute_text("B\xfc"
                           "cher"),
            "Bücher");
  EXPECT_EQ(attribute_text("Bücher"), "Bücher");
}

TEST(AttributeText, TakesQuotes) {
  EXPECT_EQ(attribute_text(R"("a \"b\" %C3%BC")"), R"(a "b" ü)");
  EXPECT_EQ(attribute_text("\""), "\"");
  EXPECT_EQ(attribute_text(R"("\")"), "\\");
}

TEST(AttributeText, RefusesWhatIsNoUtf8) {
  EXPECT_EQ(attribute_text("%FF"), std::nullopt);
  EXPECT_EQ(attribute_text("%C3%28"), std::nullopt);
}

}  // namespace
}  // namespace penstock::adapter
