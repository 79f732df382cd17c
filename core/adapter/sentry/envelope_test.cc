#include "adapter/sentry/envelope.h"

#include <vector>

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace penstock::adapter {
namespace {

class EnvelopeTest : public ::testing::Test {
 protected:
  // "type:payload" of each item; "!" where it breaks off.
  std::vector<std::string> items(std::string_view text) {
    text_ = text;
    reserve_padding(text_);
    Envelope envelope(text_, reader_);
    const auto header = envelope.header();
    if (!header) return {"no envelope"};
    header_ = *header;
    std::vector<std::string> found;
    EnvelopeItem item;
    for (;;) {
      const auto next = envelope.next(item);
      if (next == Envelope::Next::kEnd) return found;
      if (next == Envelope::Next::kBroken) {
        found.emplace_back("!");
        return found;
      }
      found.push_back(item.type + ":" + std::string(item.payload));
    }
  }

  json::Reader reader_;
  std::string text_;
  EnvelopeHeader header_;
};

using Texts = std::vector<std::string>;

TEST_F(EnvelopeTest, CutsItemsWithAndWithoutALength) {
  EXPECT_EQ(
      items("{\"event_id\":\"e\",\"sent_at\":\"s\",\"dsn\":\"https://k@h/42\"}\n"
            "{\"type\":\"event\"}\n{\"a\":1}\r\n"
            "{\"type\":\"attachment\",\"length\":25,\"filename\":\"f\"}\n"
            "a\n{\"type\":\"event\"}\n{}\nbc.\n"
            "{\"type\":\"session\"}\n{}"),
      (Texts{"event:{\"a\":1}\r", "attachment:a\n{\"type\":\"event\"}\n{}\nbc.", "session:{}"}));
  EXPECT_EQ(header_.event_id, "e");
  EXPECT_EQ(header_.sent_at, "s");
  EXPECT_EQ(header_.key, "k");
}

TEST_F(EnvelopeTest, TakesLittle) {
  EXPECT_EQ(items("{}"), Texts());
  EXPECT_EQ(items("{}\n\n\r\n"), Texts());
  EXPECT_EQ(items("{}\n{\"type\":\"x\",\"length\":0}"), Texts({"x:"}));
  EXPECT_EQ(items("{}\n{\"type\":\"x\",\"length\":0}\n\n{\"type\":\"y\"}\nz"),
            (Texts{"x:", "y:z"}));
  EXPECT_EQ(items("{}\n{}\npayload"), Texts({":payload"}));
}

TEST_F(EnvelopeTest, SaysWhereItBreaksOff) {
  EXPECT_EQ(items(""), Texts({"no envelope"}));
  EXPECT_EQ(items("text"), Texts({"no envelope"}));
  EXPECT_EQ(items("[]\n"), Texts({"no envelope"}));
  EXPECT_EQ(items("{}\nnothing\n{}"), Texts({"!"}));
  EXPECT_EQ(items("{}\n{\"type\":\"x\",\"length\":9}\nshort"), Texts({"!"}));
  EXPECT_EQ(items("{}\n{\"type\":\"x\",\"length\":-1}\nshort"), Texts({"!"}));
  EXPECT_EQ(items("{\"event_id\":1,\"dsn\":[]}\n{\"type\":7,\"length\":\"2\"}\nab"),
            Texts({":ab"}));
}

TEST(KeyOfDsn, IsTheUser) {
  EXPECT_EQ(key_of_dsn("http://pk_1@h:80/prefix/42"), "pk_1");
  EXPECT_EQ(key_of_dsn("https://pk_1:secret@h/42"), "pk_1");
  for (const std::string_view dsn : {"", "pk_1@h/42", "http://h/42", "http://"}) {
    EXPECT_EQ(key_of_dsn(dsn), "") << dsn;
  }
}

}  // namespace
}  // namespace penstock::adapter
