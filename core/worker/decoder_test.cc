#include "worker/decoder.h"

#include <gtest/gtest.h>

#include "worker/worker_testing.h"

namespace penstock::worker {
namespace {

std::string padded(std::string message) {
  reserve_padding(message);
  return message;
}

TEST(Decoder, ReadsBothFormatsSideBySide) {
  const std::string batch = padded(batch_of(1, 3));
  const std::string first_job = padded(job_of(10));
  const std::string second_job = padded(job_of(11));
  Decoder decoder;
  for (const std::string& message :
       {std::cref(first_job), std::cref(batch), std::cref(second_job)}) {
    ASSERT_TRUE(decoder.add(message, kToday).has_value());
  }

  ASSERT_EQ(decoder.records().size(), 5u);
  const std::uint32_t numbers[] = {10, 1, 2, 3, 11};
  for (std::size_t i = 0; i < 5; ++i) {
    const event::Record expected = record_of(numbers[i]);
    EXPECT_EQ(decoder.records()[i].id, expected.id);
    EXPECT_EQ(decoder.records()[i].name, expected.name);
    EXPECT_EQ(decoder.records()[i].properties, expected.properties);
    EXPECT_EQ(decoder.records()[i].occurred_at_ms, expected.occurred_at_ms);
  }
}

TEST(Decoder, AddsNothingOfABrokenMessage) {
  Decoder decoder;
  const std::string good = padded(batch_of(1, 2));
  ASSERT_TRUE(decoder.add(good, kToday).has_value());

  std::string cut = batch_of(5, 3);
  cut.resize(cut.size() - 4);
  std::string newer = batch_of(5, 3);
  newer[1] = 99;
  for (const std::string& bad : {padded(cut), padded(newer), padded("not JSON"), padded("[1,2]"),
                                 padded(""), padded("{\"class\":\"X\",\"args\":[1]}")}) {
    const auto added = decoder.add(bad, kToday);
    ASSERT_FALSE(added.has_value()) << bad;
    EXPECT_NE(added.error().step, nullptr);
    EXPECT_EQ(decoder.records().size(), 2u);
  }
}

TEST(Decoder, StartsAfreshOnceCleared) {
  Decoder decoder;
  const std::string job = padded(job_of(1));
  ASSERT_TRUE(decoder.add(job, kToday).has_value());
  decoder.clear();
  EXPECT_TRUE(decoder.records().empty());
  ASSERT_TRUE(decoder.add(job, kToday).has_value());
  EXPECT_EQ(decoder.records().size(), 1u);
}

}  // namespace
}  // namespace penstock::worker
