#include "event/batch.h"

#include <array>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "base/hash.h"
#include "base/random.h"
#include "base/text.h"

namespace penstock::event {
namespace {

Record sample() {
  Record record;
  record.id = *Id::from_hex("01a20d9b9a807abc8def0123456789ab");
  record.received_at_ms = 1'795'515'837'312;
  record.occurred_at_ms = 1'795'515'837'000;
  record.project = "default";
  record.source = "events";
  record.kind = "log";
  record.name = "signup";
  record.url = "https://example.com/";
  record.ip = "192.0.2.1";
  record.user_id = "u1";
  record.properties = R"({"plan":"pro"})";
  return record;
}

std::vector<std::string_view> texts_of(const Record& r) {
  return {r.project, r.source,     r.kind,    r.name,         r.url,        r.referrer,
          r.ip,      r.user_agent, r.user_id, r.anonymous_id, r.session_id, r.properties};
}

void expect_same(const Record& a, const Record& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.received_at_ms, b.received_at_ms);
  EXPECT_EQ(a.occurred_at_ms, b.occurred_at_ms);
  EXPECT_EQ(texts_of(a), texts_of(b));
}

// Reads a message to its end; whether it was good throughout.
bool is_good(std::string_view message) {
  auto reader = BatchReader::open(message);
  if (!reader) return false;
  Record record;
  for (;;) {
    const auto more = reader->next(record);
    if (!more) return false;
    if (!*more) return true;
    for (const std::string_view text : texts_of(record)) {
      EXPECT_TRUE(text.empty() || (text.data() >= message.data() &&
                                   text.data() + text.size() <= message.data() + message.size()));
    }
  }
}

std::string sample_message(int count) {
  BatchWriter writer;
  for (int i = 0; i < count; ++i) writer.add(sample());
  return writer.take();
}

TEST(Batch, GivesBackWhatWasWritten) {
  const std::string long_text(70'000, 'x');
  const std::string edge(127, 'y');
  const std::string beyond_edge(128, 'z');
  Record large = sample();
  large.received_at_ms = -1;
  large.referrer = edge;
  large.user_agent = beyond_edge;
  large.properties = long_text;
  BatchWriter writer;
  writer.add(sample());
  writer.add(large);
  writer.add(Record{});

  const std::string message(writer.finish());
  auto reader = BatchReader::open(message);

  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->count(), 3u);
  for (const Record& expected : {sample(), large, Record{}}) {
    Record record;
    ASSERT_TRUE(reader->next(record).value());
    expect_same(record, expected);
  }
  Record record;
  EXPECT_FALSE(reader->next(record).value());
  EXPECT_FALSE(reader->next(record).value());
}

// The format is a contract between versions: these bytes may never change for version 2.
TEST(Batch, WritesTheBytesOfVersionTwo) {
  BatchWriter writer;
  writer.add(sample());
  std::string hex;
  append_hex(hex, writer.finish());
  EXPECT_EQ(hex,
            "b5020000010000006f0000002a1eecc9"              // the header
            "01a20d9b9a807abc8def0123456789ab"              // id
            "806b150da2010000486a150da2010000"              // times
            "0764656661756c74066576656e7473036c6f67"        // project, source, kind
            "067369676e7570"                                // name
            "1468747470733a2f2f6578616d706c652e636f6d2f00"  // url, referrer
            "093139322e302e322e3100"                        // ip, user_agent
            "0275310000"                                    // ids
            "0e7b22706c616e223a2270726f227d");              // properties
}

// As version 0.1 wrote them: they may still lie in a spool or a queue.
std::string batch_of_version_one(std::string_view name_hex) {
  std::string records =
      *parse_hex(str_cat("01a20d9b9a807abc8def0123456789ab"              // id
                         "806b150da2010000486a150da2010000"              // times
                         "0764656661756c74066576656e7473",               // project, source
                         name_hex,                                       // name
                         "1468747470733a2f2f6578616d706c652e636f6d2f00"  // url, referrer
                         "093139322e302e322e3100"                        // ip, user_agent
                         "0275310000"                                    // ids
                         "0e7b22706c616e223a2270726f227d"));             // properties
  std::string message = *parse_hex("b5010000010000000000000000000000");
  message[8] = static_cast<char>(records.size());
  const auto sum = static_cast<std::uint32_t>(hash64(records));
  for (std::size_t i = 0; i < 4; ++i) message[12 + i] = static_cast<char>(sum >> (8 * i));
  return message + records;
}

TEST(Batch, ReadsTheBytesOfVersionOne) {
  // The whole message as it was, its checksum included.
  const std::string message = batch_of_version_one("067369676e7570");
  std::string header;
  append_hex(header, std::string_view(message).substr(0, kBatchHeaderBytes));
  ASSERT_EQ(header, "b5010000010000006b000000484f9fad");

  auto reader = BatchReader::open(message);
  ASSERT_TRUE(reader);
  Record record;
  ASSERT_TRUE(reader->next(record).value());
  Record expected = sample();
  expected.kind = "event";  // Which it had no word for.
  expect_same(record, expected);
  EXPECT_FALSE(reader->next(record).value());

  const std::string pageview = batch_of_version_one("087061676576696577");
  reader = BatchReader::open(pageview);
  ASSERT_TRUE(reader);
  ASSERT_TRUE(reader->next(record).value());
  EXPECT_EQ(record.kind, "page");
}

TEST(Batch, RefusesEveryTruncationOfVersionOne) {
  const std::string message = batch_of_version_one("067369676e7570");
  for (std::size_t size = 0; size < message.size(); ++size) {
    EXPECT_FALSE(is_good(message.substr(0, size))) << size;
  }
}

TEST(Batch, WritesAnEmptyBatch) {
  BatchWriter writer;
  EXPECT_EQ(writer.finish().size(), kBatchHeaderBytes);
  EXPECT_TRUE(is_good(writer.finish()));
}

TEST(Batch, TakesBackWhatARefusedRequestAdded) {
  BatchWriter writer;
  writer.add(sample());
  const std::string before(writer.finish());
  const BatchWriter::Mark mark = writer.mark();

  writer.add(sample());
  writer.add(sample());
  writer.rollback(mark);

  EXPECT_EQ(writer.count(), 1u);
  EXPECT_EQ(writer.finish(), before);
}

TEST(Batch, StartsAfreshAfterTakeAndClear) {
  BatchWriter writer;
  writer.add(sample());
  const std::string first = writer.take();
  EXPECT_EQ(writer.count(), 0u);
  EXPECT_EQ(writer.bytes(), kBatchHeaderBytes);
  writer.add(sample());
  EXPECT_EQ(writer.finish(), first);
  writer.clear();
  writer.add(sample());
  EXPECT_EQ(writer.take(), first);
}

TEST(Batch, GivesItsBufferAwayAndACopyOfALittleInALargeOne) {
  BatchWriter writer;
  while (writer.bytes() < 20'000) writer.add(sample());
  const char* const buffer = writer.finish().data();
  const std::string large = writer.take();
  EXPECT_EQ(large.data(), buffer);

  for (int turn = 0; turn < 2; ++turn) {
    writer.add(sample());
    const std::string message(writer.finish());
    const std::string small = writer.take();
    EXPECT_EQ(small, message);
    EXPECT_LE(small.capacity(), 2 * small.size());
  }
}

TEST(Batch, GivesItsBufferAwayAgainWhereBatchesHaveGrownSmaller) {
  BatchWriter writer;
  const auto fill = [&writer](std::size_t bytes) {
    while (writer.bytes() < bytes) writer.add(sample());
    return writer.finish().data();
  };
  fill(100'000);
  (void)writer.take();
  const char* const first = fill(20'000);
  EXPECT_NE(writer.take().data(), first);

  const char* const second = fill(20'000);
  EXPECT_EQ(writer.take().data(), second);
}

TEST(Batch, IsToldFromJsonByItsFirstByte) {
  EXPECT_TRUE(is_native_batch(sample_message(1)));
  EXPECT_FALSE(is_native_batch("{\"class\":1}"));
  EXPECT_FALSE(is_native_batch(""));
}

TEST(Batch, RefusesAVersionThatItDoesNotKnow) {
  for (const char version : {'\0', '\3', '\xff'}) {
    std::string message = sample_message(1);
    message[1] = version;
    const auto reader = BatchReader::open(message);
    ASSERT_FALSE(reader);
    EXPECT_EQ(reader.error().code, ErrorCode::kRejected);
  }
  // A later version's header may be shorter or longer than ours.
  EXPECT_EQ(BatchReader::open("\xb5\x03").error().code, ErrorCode::kRejected);
}

TEST(Batch, RefusesEveryTruncation) {
  const std::string message = sample_message(3);
  for (std::size_t size = 0; size < message.size(); ++size) {
    // In a block of its own, so that a sanitizer sees a read behind it.
    const auto cut = std::make_unique<char[]>(size);
    std::copy_n(message.data(), size, cut.get());
    EXPECT_FALSE(is_good({cut.get(), size})) << size;
  }
  EXPECT_FALSE(is_good(message + "x"));
}

TEST(Batch, RefusesEveryFlippedBit) {
  const std::string message = sample_message(2);
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    std::string flipped = message;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(is_good(flipped)) << bit;
  }
}

// What carries a right checksum may still be no batch of ours.
TEST(Batch, ChecksBoundsEvenBehindARightChecksum) {
  Random random(11);
  const std::string message = sample_message(2);
  int bad = 0;
  for (int round = 0; round < 2'000; ++round) {
    std::string forged = message;
    for (int i = 0; i < 3; ++i) {
      forged[kBatchHeaderBytes + random.below(forged.size() - kBatchHeaderBytes)] =
          static_cast<char>(random.next());
    }
    const auto sum =
        static_cast<std::uint32_t>(hash64(std::string_view(forged).substr(kBatchHeaderBytes)));
    for (std::size_t i = 0; i < 4; ++i) forged[12 + i] = static_cast<char>(sum >> (8 * i));
    bad += is_good(forged) ? 0 : 1;
  }
  EXPECT_GT(bad, 100);
}

TEST(Batch, RefusesALengthThatIsNotWithinFourBytes) {
  std::string records(32, '\0');
  records += std::string("\xff\xff\xff\xff\x01", 5) + std::string(20, '\0');
  std::string message = sample_message(0);
  message[4] = 1;
  message[8] = static_cast<char>(records.size());
  const auto sum = static_cast<std::uint32_t>(hash64(records));
  for (std::size_t i = 0; i < 4; ++i) message[12 + i] = static_cast<char>(sum >> (8 * i));
  auto reader = BatchReader::open(message += records);
  ASSERT_TRUE(reader);
  Record record;
  EXPECT_EQ(reader->next(record).error().code, ErrorCode::kCorrupt);
}

TEST(BatchDeathTest, RefusesAMarkFromTheFuture) {
  BatchWriter writer;
  EXPECT_DEATH(writer.rollback({100, 1}), "check failed");
}

}  // namespace
}  // namespace penstock::event
