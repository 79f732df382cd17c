#include <gtest/gtest.h>

#include "app/process/run_file.h"
#include "base/bytes.h"
#include "cli/status/report.h"
#include "json/reader.h"

namespace penstock::cli {
namespace {

TEST(StatusText, IsValidJson) {
  StatusReport report;
  report.state_dir = "/a \"b\"";
  report.queue = "spool";
  app::ProcessReport process;
  process.program = "penstock-ingest";
  process.is_running = true;
  process.pid = 7;
  process.listen = {"127.0.0.1:1", "unix:/x"};
  process.not_ready = {"it \"stops\""};
  report.queue_error = "read the list: NOAUTH";
  report.processes.push_back(process);
  report.queued = report.spooled = report.stored = 2;
  report.is_redis_up = false;
  report.unknown_keys = {{"pk_\"bcd", 2}};
  report.dropped = {{"path", 3}};
  std::string text;
  append_status_json(report, text);
  EXPECT_NE(text.find(R"("unknown_keys":[{"prefix":"pk_\"bcd","events":2}])"), std::string::npos)
      << text;
  EXPECT_NE(text.find(R"("dropped":[{"reason":"path","events":3}],"marked":[]})"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\"pid\":7"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("not_ready":["it \"stops\""])"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("error":"read the list: NOAUTH")"), std::string::npos) << text;
  EXPECT_NE(text.find("\"listen\":[\"127.0.0.1:1\",\"unix:/x\"]"), std::string::npos) << text;
  EXPECT_NE(text.find("\"depth\":null"), std::string::npos) << text;

  reserve_padding(text);
  int members = 0;
  json::Reader reader;
  EXPECT_TRUE(reader.read(text, [&](json::Value& root) {
    return root.members([&](std::string_view /*key*/, json::Value& /*value*/) -> Result<void> {
      ++members;
      return {};
    });
  }));
  EXPECT_EQ(members, 7);
}

TEST(StatusText, FitsOnAScreen) {
  StatusReport report;
  report.state_dir = "/var/lib/penstock";
  report.queue = "127.0.0.1:6379/0";
  report.queue_depth = 3;
  report.queue_oldest_s = 90;
  report.queue_warnings = {"Redis evicts"};
  report.queue_error = "authenticate to Redis: WRONGPASS invalid";
  for (const auto program : {app::kIngestProgram, app::kWorkerProgram, app::kConsoleProgram}) {
    app::ProcessReport process;
    process.program = program;
    process.is_running = process.is_ready = true;
    process.listen = {"0.0.0.0:8080"};
    process.pid = 123'456;
    report.processes.push_back(process);
  }
  report.processes[1].not_ready = {"the queue does not answer: look up the Redis host"};
  report.queued = report.spooled = report.stored = 2;
  report.is_redis_up = false;
  report.unknown_keys = {{"pk_abcd", 2}, {"G-ABC1D", 1'234'567}, {"phc_012", 3}, {"(other)", 1}};
  report.dropped = {{"path", 3}, {"agent", 4'000}};
  std::string text;
  append_status_text(report, text);
  EXPECT_NE(text.find("3 messages waiting, oldest 1 min"), std::string::npos) << text;
  EXPECT_NE(text.find("(down): "), std::string::npos) << text;
  EXPECT_NE(text.find("\ntraffic   dropped by [traffic]: path 3, agent 4,000\nkeys "),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\nkeys      unknown, by events: G-ABC1D... 1,234,567, phc_012... 3, "
                      "pk_abcd... 2, and 1 more\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\nWARNING   Redis evicts\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nWARNING   authenticate to Redis: WRONGPASS invalid\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("\nWARNING   penstock-worker: the queue does not answer: look"),
            std::string::npos)
      << text;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    EXPECT_LE(text.find('\n', at) - at, 100u) << text.substr(at);
  }
}

std::string store_lines(const store::Forecast& outlook) {
  StatusReport report;
  report.store_bytes = outlook.bytes;
  report.outlook = outlook;
  std::string text;
  append_status_text(report, text);
  return text.substr(text.find("store "));
}

TEST(StatusText, TellsHowLongTheStoresRoomLasts) {
  constexpr std::uint64_t kGib = 1 << 30;
  store::Forecast outlook;
  outlook.bytes = 12 * kGib;
  outlook.days = 41;
  EXPECT_EQ(store_lines(outlook), "store     12.0 GiB in 41 days, ? events today (UTC)\n");

  outlook.bytes_max = outlook.limit_bytes = 20 * kGib;
  outlook.limit = store::Limit::kBytesMax;
  outlook.bytes_per_day = static_cast<double>(kGib) / 2;
  outlook.days_that_fit = 40;
  outlook.full_in_days = 16.2;
  EXPECT_EQ(store_lines(outlook),
            "store     12.0 GiB in 41 days, ? events today (UTC)\n"
            "          of 20.0 GiB (store.max_bytes)\n"
            "          room for about 40 days at 512.0 MiB a day; full in about 16 days, then the "
            "oldest days are removed\n");
  outlook.full_in_days = 0;
  EXPECT_NE(store_lines(outlook).find("the oldest days are being removed"), std::string::npos);
  outlook.full_in_days.reset();
  EXPECT_NE(store_lines(outlook).find("before it is full"), std::string::npos);
  outlook.limit = store::Limit::kDisk;
  outlook.full_in_days = 1.5;
  EXPECT_NE(store_lines(outlook).find("the disk is full in about 1 day\n"), std::string::npos);
}

}  // namespace
}  // namespace penstock::cli
