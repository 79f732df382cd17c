#include "control/storable.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "event/batch.h"

namespace penstock::control {
namespace {

std::optional<MessageFault> fault_of(std::string message) {
  reserve_padding(message);
  return fault_of_message(message, 1'800'000'000'000);
}

std::string batch(std::int64_t at_ms) {
  event::BatchWriter writer;
  event::Record record;
  record.name = "n";
  record.occurred_at_ms = at_ms;
  writer.add(record);
  return std::string(writer.finish());
}

TEST(Storable, AreBatchesAndJobs) {
  EXPECT_FALSE(fault_of(batch(1'000)));
  EXPECT_FALSE(fault_of(R"({"class":"X","args":[{"name":"n"}],"jid":"j"})"));
}

TEST(Storable, IsNotWhatCannotBeRead) {
  EXPECT_TRUE(fault_of(""));
  EXPECT_TRUE(fault_of(batch(1'000).substr(0, 20)));
  const auto no_args = fault_of(R"({"class":"X"})");
  ASSERT_TRUE(no_args);
  EXPECT_EQ(no_args->why, "read a job: it has no args");
  EXPECT_FALSE(no_args->offset);
}

TEST(Storable, SaysWhereTextIsNoJson) {
  const auto fault = fault_of(R"({"class":"X" "args":[]})");
  ASSERT_TRUE(fault);
  ASSERT_TRUE(fault->offset);
  EXPECT_EQ(*fault->offset, 13U);
  EXPECT_NE(fault->why, "");
}

TEST(Storable, IsOfTimesThatTheStoreTakes) {
  EXPECT_TRUE(fault_of(batch(-1)));
  EXPECT_TRUE(fault_of(batch(253'402'300'800'000)));
}

}  // namespace
}  // namespace penstock::control
