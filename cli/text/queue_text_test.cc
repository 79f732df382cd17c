#include "cli/text/queue_text.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"
#include "event/batch.h"

namespace penstock::cli {
namespace {

constexpr std::int64_t kNow = 1'795'515'900'000;

std::string preview_of(std::string_view bytes) {
  std::string out;
  append_preview(bytes, out);
  return out;
}

std::string batch_of(std::size_t events) {
  event::BatchWriter writer;
  for (std::size_t i = 0; i < events; ++i) {
    event::Record record;
    record.occurred_at_ms = kNow;
    record.name = "na\x1bme";
    record.project = "shop";
    writer.add(record);
  }
  std::string message = writer.take();
  reserve_padding(message);
  return message;
}

TEST(QueueText, PreviewsAreInertInATerminal) {
  EXPECT_EQ(preview_of("plain text"), "plain text");
  EXPECT_EQ(preview_of(std::string("\0\x1b[2J\r\n\x7f", 8)), "\\x00\\x1b[2J\\x0d\\x0a\\x7f");
  EXPECT_EQ(preview_of("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(preview_of("c1 \xc2\x9b!"), "c1 \\xc2\\x9b!");
  EXPECT_EQ(preview_of("\xb5 \xc3\xbc"), "\\xb5 \\xc3\\xbc");
  EXPECT_EQ(preview_of("a\\x1b"), "a\\\\x1b");
  EXPECT_EQ(preview_of(""), "");
  EXPECT_EQ(preview_of(std::string(121, 'x')), std::string(120, 'x') + "…");
}

TEST(QueueText, ShowsAWaitingBatchWithItsEvents) {
  std::string out;
  append_message_text({kNow - 5'000, batch_of(2)}, kNow, out);

  EXPECT_EQ(out.substr(0, out.find(',')), "batch of 2 events");
  EXPECT_NE(out.find(", 5.0 s old\n"), std::string::npos) << out;
  EXPECT_NE(out.find("shop"), std::string::npos) << out;
  EXPECT_EQ(out.find('\x1b'), std::string::npos);
}

TEST(QueueText, ShowsAScreenOfALargeBatch) {
  std::string out;
  append_message_text({0, batch_of(100)}, kNow, out);

  EXPECT_NE(out.find("and 80 more; --json shows all\n"), std::string::npos) << out;
  EXPECT_EQ(out.find(" old"), std::string::npos) << "its age is not known";
}

TEST(QueueText, ShowsWhatCannotBeRead) {
  std::string message =
      "gar\x1b"
      "bage";
  reserve_padding(message);
  std::string out;
  append_message_text({0, message}, kNow, out);

  EXPECT_EQ(out.substr(0, 15), "unknown, 8 B: r") << out;
  EXPECT_NE(out.find("    gar\\x1bbage\n"), std::string::npos) << out;
}

TEST(QueueText, WritesAMessageAsJson) {
  std::string out;
  append_message_json({5, batch_of(1)}, kNow, out);

  EXPECT_EQ(out.substr(0, 17), R"({"at":5,"bytes":)" + out.substr(16, 1));
  EXPECT_NE(out.find(R"("form":"batch","events":[{"id":)"), std::string::npos) << out;
  EXPECT_NE(out.find(R"("name":"na\u001bme")"), std::string::npos) << out;
}

TEST(QueueText, WritesAJobWithItsClass) {
  std::string job = R"({"class":"Mail","jid":"j","args":[]})";
  reserve_padding(job);
  std::string out;
  append_message_json({0, job}, kNow, out);

  EXPECT_NE(out.find(R"({"at":null,)"), std::string::npos) << out;
  EXPECT_NE(out.find(R"("form":"job","class":"Mail","jid":"j","fault":")"), std::string::npos)
      << out;
  EXPECT_NE(out.find(R"("events":[]})"), std::string::npos) << out;
}

TEST(QueueText, ShowsADeadLetterOnTwoLines) {
  queue::StoredLetter letter;
  letter.id = "f7";
  letter.at_ms = 1'795'515'837'312;
  letter.origin = "host:1:ab";
  letter.reason = "bad\x1b[31m";
  letter.message = "x\n";
  std::string out;
  append_letter_text(letter, out);

  EXPECT_EQ(out, "f7  2026-11-24T10:23:57.312Z  2 B  host:1:ab  bad?[31m\n    x\\x0a\n");
}

TEST(QueueText, WritesADeadLetterAsJson) {
  queue::StoredLetter letter;
  letter.id = "f7";
  letter.place = "file";
  letter.reason = "r\"";
  letter.origin = "o";
  letter.message = std::string("\0\xff", 2);
  reserve_padding(letter.message);
  std::string out;
  append_letter_json(letter, kNow, out);

  EXPECT_EQ(out.substr(0, out.find(R"(,"fault")")),
            R"({"id":"f7","at":null,"place":"file","origin":"o","reason":"r\"","bytes":2,)"
            R"("message":"AP8=","form":"unknown")");
}

}  // namespace
}  // namespace penstock::cli
