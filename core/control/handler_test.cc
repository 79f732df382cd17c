#include "control/handler.h"

#include <atomic>
#include <future>
#include <optional>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/text.h"
#include "control/client.h"
#include "support/loop_thread.h"
#include "support/loopback_client.h"
#include "support/temp_dir.h"
#include "support/wait_for.h"

namespace penstock::control {
namespace {

using testing::LoopbackClient;

mode_t mode_of(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 ? found.st_mode & 07777 : 0;
}

class Control : public ::testing::Test {
 protected:
  ~Control() override { stop(); }

  void start(std::vector<Act> acts) {
    handler_.emplace(loop_.loop(), std::move(acts));
    server_.emplace(loop_.loop(), clock_, *handler_, counters_);
    const auto listening = listen(*server_, address_);
    ASSERT_TRUE(listening) << to_text(listening.error());
    loop_.start();
  }
  void stop() {
    loop_.stop();
    server_.reset();
    handler_.reset();
  }
  Client client() const { return Client(address_, std::chrono::seconds(60)); }

  testing::TempDir dir_;
  const std::string address_ = "unix:" + dir_.path("s");
  SystemClock clock_;
  testing::LoopThread loop_;
  server::ServerCounters counters_;
  std::optional<ControlHandler> handler_;
  std::optional<server::HttpServer> server_;
};

http::Response echo(std::string_view segment, std::string_view body) {
  http::Response response;
  response.body = str_cat(segment, "|", body);
  return response;
}

TEST_F(Control, RunsTheActThatIsNamedAndRefusesOthers) {
  start({{http::Method::kPost, "/v1/things/{}/echo", echo}});

  const auto answer = client().ask(http::Method::kPost, "/v1/things/t1/echo", "{}");
  ASSERT_TRUE(answer) << to_text(answer.error());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "t1|{}");
  EXPECT_EQ(client().ask(http::Method::kGet, "/v1/things/t1/echo")->status, 405);
  EXPECT_EQ(client().ask(http::Method::kPost, "/v1/things/t1/other")->status, 404);
  EXPECT_EQ(counters_.by_status[200].value(), 1U);
  EXPECT_EQ(counters_.by_status[404].value(), 1U);
}

TEST_F(Control, RunsOneAtATime) {
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  start({{http::Method::kPost, "/act", [&](std::string_view segment, std::string_view body) {
            most = std::max<int>(most, ++running);
            std::this_thread::yield();
            --running;
            return echo(segment, body);
          }}});
  std::vector<std::thread> threads;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto answer = client().ask(http::Method::kPost, "/act");
      answered += answer && answer->status == 200 ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 8);
  EXPECT_EQ(most, 1);
}

TEST_F(Control, RefusesWhatIsTooMuch) {
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  start({{http::Method::kPost, "/act", [opened](std::string_view segment, std::string_view body) {
            opened.wait();
            return echo(segment, body);
          }}});
  std::vector<std::thread> threads;
  std::atomic<int> refused = 0;
  std::atomic<int> answered = 0;
  const int count = static_cast<int>(ControlHandler::kWaitingMax) + 3;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&] {
      const auto answer = client().ask(http::Method::kPost, "/act");
      if (answer && answer->status == 503) ++refused;
      if (answer && answer->status == 200) ++answered;
    });
  }
  EXPECT_TRUE(testing::wait_for([&] { return refused == 2; }));
  gate.set_value();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused, 2) << "one runs, and as many wait as may";
  EXPECT_EQ(answered, count - 2);
}

TEST_F(Control, EndsWhileAnActRunsAndOthersWait) {
  // Shared: the act may be at it still when the test has ended.
  const auto begun = std::make_shared<std::promise<void>>();
  std::promise<void> gate;
  const std::shared_future<void> opened = gate.get_future().share();
  start({{http::Method::kPost, "/act",
          [begun, opened](std::string_view segment, std::string_view body) {
            begun->set_value();
            opened.wait();
            return echo(segment, body);
          }}});
  LoopbackClient first(dir_.path("s"));
  LoopbackClient second(dir_.path("s"));
  const std::string request = "POST /act HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
  ASSERT_TRUE(first.send(request));
  begun->get_future().wait();
  ASSERT_TRUE(second.send(request));

  stop();
  gate.set_value();
  EXPECT_EQ(first.receive().status, 0);
  EXPECT_EQ(second.receive().status, 0);
}

TEST_F(Control, IsItsOwnersOrItsFoldersGroups) {
  start({});
  EXPECT_EQ(mode_of(dir_.path("s")), 0600U);

  ASSERT_EQ(::mkdir(dir_.path("shared").c_str(), 0750), 0);
  ASSERT_EQ(::chmod(dir_.path("shared").c_str(), 02750), 0);
  io::Loop loop;
  server::HttpServer server(loop, clock_, *handler_, counters_);
  ASSERT_TRUE(listen(server, "unix:" + dir_.path("shared/s")));
  EXPECT_EQ(mode_of(dir_.path("shared/s")), 0660U);
  EXPECT_EQ(listen(server, "unix:" + dir_.path("s")).error().native, EADDRINUSE);
  EXPECT_EQ(listen(server, "127.0.0.1:0").error().code, ErrorCode::kConfiguration);
  EXPECT_EQ(listen(server, "unix:" + dir_.path("absent/s")).error().code, ErrorCode::kExhausted);
}

}  // namespace
}  // namespace penstock::control
