#include "event/sidekiq/active_job.h"

#include <gtest/gtest.h>

namespace penstock::event {
namespace {

std::string unwrapped(std::string_view wrapper) {
  json::Reader reader;
  std::string out;
  const auto read = reader.read(
      wrapper, [&](json::Value& root) { return append_active_job_argument(root, out); });
  return read ? out : read.error().step;
}

TEST(ActiveJob, KnowsItsWrappers) {
  EXPECT_TRUE(is_active_job_wrapper("ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper"));
  EXPECT_TRUE(is_active_job_wrapper("Sidekiq::ActiveJob::Wrapper"));
  EXPECT_FALSE(is_active_job_wrapper("ProcessRequestJob"));
}

TEST(ActiveJob, DropsMarkersAtEveryDepth) {
  EXPECT_EQ(unwrapped(R"({"job_class":"X","arguments":[{"a":{"b":1,"_aj_symbol_keys":["b"]},
                "c":[{"_aj_ruby2_keywords":[]}],"_aj_hash_with_indifferent_access":true}]})"),
            R"({"a":{"b":1},"c":[{}]})");
}

TEST(ActiveJob, ReplacesSerializedValues) {
  EXPECT_EQ(unwrapped(R"({"arguments":[{"t":{"_aj_serialized":"ActiveJob::Serializers::Time",
                "value":"2026-11-24T10:23:57Z"},"u":{"_aj_serialized":"X"}}, 2]})"),
            R"({"t":"2026-11-24T10:23:57Z","u":null})");
}

TEST(ActiveJob, RefusesAWrapperWithoutArguments) {
  EXPECT_EQ(unwrapped(R"({"arguments":[]})"), "read a job: it has no arguments");
  EXPECT_EQ(unwrapped(R"({"job_class":"X"})"), "read a job: it has no arguments");
  EXPECT_EQ(unwrapped("{\"arguments\":[" + std::string(200, '[') + std::string(200, ']') + "]}"),
            "read a job: nested too deep");
}

}  // namespace
}  // namespace penstock::event
