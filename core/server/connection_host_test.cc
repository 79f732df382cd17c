#include "server/connection_host.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "http/response_writer.h"

namespace penstock::server {
namespace {

class SilentHandler final : public Handler {
 public:
  void on_request(const http::Request&, const Peer&, Responder) override {}
};

class EmptyHost final : public ConnectionHost {
 public:
  EmptyHost(io::Loop& its_loop, const Clock& its_clock, Handler& its_handler,
            ServerCounters& its_counters)
      : ConnectionHost(its_loop, its_clock, its_handler, its_counters) {}
  Connection* find(std::uint32_t, std::uint32_t) override { return nullptr; }
  Responder begin_request(std::uint32_t) override { return {}; }
  void end_request(std::uint32_t) override {}
  void set_on_gone(std::uint32_t, std::function<void()>) override {}
  void remove(std::uint32_t) override {}
};

TEST(TextPool, ReusesTextsButNotLargeOnes) {
  TextPool pool;
  auto text = pool.take();
  *text = std::string(1'000, 'x');
  pool.give_back(std::move(text));
  auto large = std::make_unique<std::string>(1u << 20, 'x');
  pool.give_back(std::move(large));

  EXPECT_GE(pool.shrink(), 1'000u);
  EXPECT_EQ(pool.shrink(), 0u);
  auto again = pool.take();
  const std::string* const reused = again.get();
  pool.give_back(std::move(again));
  EXPECT_EQ(pool.take().get(), reused);
}

TEST(ConnectionHost, SaysTheDateAndItsNextSecond) {
  io::Loop loop;
  ManualClock clock(1'795'602'237'400);
  SilentHandler handler;
  ServerCounters counters;
  EmptyHost host(loop, clock, handler, counters);

  EXPECT_EQ(host.date(clock.mono_us()), http::date_text(1'795'602'237'000));
  clock.advance_ms(599);
  EXPECT_EQ(host.date(clock.mono_us()), http::date_text(1'795'602'237'000));
  clock.advance_ms(1);
  EXPECT_EQ(host.date(clock.mono_us()), http::date_text(1'795'602'238'000));
}

TEST(ConnectionHost, SaysEachStatusWithTheDateOfItsSecond) {
  io::Loop loop;
  ManualClock clock(1'795'602'237'400);
  SilentHandler handler;
  ServerCounters counters;
  EmptyHost host(loop, clock, handler, counters);
  const auto said = [&](std::string_view status, std::int64_t wall_ms) {
    return str_cat("HTTP/1.1 ", status, "\r\nDate: ", http::date_text(wall_ms), "\r\n");
  };

  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(host.status_and_date(202, clock.mono_us()), said("202 Accepted", 1'795'602'237'000));
  }
  EXPECT_EQ(host.status_and_date(204, clock.mono_us()), said("204 No Content", 1'795'602'237'000));
  clock.advance_ms(600);
  EXPECT_EQ(host.status_and_date(204, clock.mono_us()), said("204 No Content", 1'795'602'238'000));
}

TEST(ConnectionHost, KeepsAWholeAnswerForAsLongAsItIsTheSame) {
  io::Loop loop;
  ManualClock clock(1'795'602'237'400);
  SilentHandler handler;
  ServerCounters counters;
  EmptyHost host(loop, clock, handler, counters);
  const auto answer = [&](std::uint16_t status, std::string_view lines, std::string_view bytes) {
    return std::string(host.whole_answer(status, lines, bytes, clock.mono_us()));
  };
  const auto expected = [&](std::uint16_t status, std::string_view lines, std::string_view bytes) {
    return str_cat(host.status_and_date(status, clock.mono_us()), lines, bytes);
  };

  // Each differs from the one before in one part, at times in its text alone or its seam alone.
  const struct {
    std::uint16_t status;
    std::string_view lines;
    std::string_view bytes;
  } answers[] = {{202, "A: 1\r\n", "B: 2\r\n\r\n"}, {202, "A: 1\r\n", "B: 2\r\n\r\n"},
                 {202, "A: 3\r\n", "B: 2\r\n\r\n"}, {202, "A: 3\r\n", "B: 4\r\n\r\n"},
                 {202, "", "A: 3\r\nB: 4\r\n\r\n"}, {202, "", "A: 5\r\nB: 4\r\n\r\n"},
                 {204, "", "A: 5\r\nB: 4\r\n\r\n"}, {204, "", "\r\n"}};
  for (const auto& [status, lines, bytes] : answers) {
    EXPECT_EQ(answer(status, lines, bytes), expected(status, lines, bytes));
    const char* const kept = host.whole_answer(status, lines, bytes, clock.mono_us()).data();
    EXPECT_EQ(host.whole_answer(status, lines, bytes, clock.mono_us()).data(), kept);
  }
  clock.advance_ms(1'000);
  EXPECT_EQ(answer(204, "", "\r\n"), expected(204, "", "\r\n"));
  EXPECT_THAT(answer(204, "", "\r\n"), ::testing::HasSubstr(http::date_text(1'795'602'238'000)));
}

TEST(ConnectionHost, ItsTimeForReadingStandsStillWhilePaused) {
  io::Loop loop;
  ManualClock clock(0);
  SilentHandler handler;
  ServerCounters counters;
  EmptyHost host(loop, clock, handler, counters);
  host.paused_us = 100;
  EXPECT_EQ(host.reading_us(1'000), 900);
  host.is_paused = true;
  host.paused_at_us = 1'000;
  EXPECT_EQ(host.reading_us(5'000), 900);
}

}  // namespace
}  // namespace penstock::server
