#include "console/api/redirect_handler.h"

#include <fstream>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "server/http_server.h"
#include "support/loop_thread.h"
#include "support/loopback_client.h"
#include "support/temp_dir.h"

namespace penstock::console {
namespace {

TEST(RedirectHandler, LeadsToThePublicAddressOrTheNameThatWasAskedFor) {
  const RedirectHandler by_url("https://Stats.example.org:8443/x", 443, "");
  EXPECT_EQ(by_url.target_of("whatever"), "https://stats.example.org:8443");
  EXPECT_EQ(RedirectHandler("https://s.test:443", 9443, "").target_of(""), "https://s.test");

  const RedirectHandler by_name("", 443, "");
  EXPECT_EQ(by_name.target_of("127.0.0.1:8080"), "https://127.0.0.1");
  EXPECT_EQ(by_name.target_of("[::1]:80"), "https://[::1]");
  EXPECT_EQ(by_name.target_of("localhost"), "https://localhost");
  EXPECT_EQ(by_name.target_of("evil.example"), "");
  EXPECT_EQ(by_name.target_of(""), "");
  EXPECT_EQ(RedirectHandler("", 9443, "").target_of("127.0.0.1"), "https://127.0.0.1:9443");
  EXPECT_EQ(RedirectHandler("http://s.test", 9443, "").target_of("s.test"), "https://s.test:9443");
}

TEST(RedirectHandler, KeepsWhatWasAskedForAndHow) {
  const penstock::testing::TempDir dir;
  std::ofstream(dir.path("token")) << "token.print";
  RedirectHandler handler("", 8443, dir.path());
  SystemClock clock;
  server::ServerCounters counters;
  penstock::testing::LoopThread thread;
  server::HttpServer server(thread.loop(), clock, handler, counters);
  ASSERT_TRUE(server.listen("127.0.0.1:0"));
  const std::uint16_t port = server.port();
  thread.start();
  const auto ask = [&](const std::string& line, const std::string& host = "localhost:80") {
    penstock::testing::LoopbackClient client(port);
    return client.ask(line + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\n\r\n");
  };

  const auto page = ask("GET /a/b?c=d%20e");
  EXPECT_EQ(page.status, 301);
  EXPECT_EQ(page.header("Location"), "https://localhost:8443/a/b?c=d%20e");
  EXPECT_EQ(page.header("Strict-Transport-Security"), "");  // Means nothing in the clear.
  const auto form = ask("POST /api/v1/session");
  EXPECT_EQ(form.status, 308);
  EXPECT_EQ(form.header("Location"), "https://localhost:8443/api/v1/session");
  EXPECT_EQ(ask("GET //evil.example/").header("Location"), "https://localhost:8443//evil.example/");
  EXPECT_EQ(ask("GET http://localhost/x").header("Location"), "https://localhost:8443/x");
  EXPECT_EQ(ask("GET /", "evil.example").status, 421);
  EXPECT_EQ(ask("GET /.well-known/acme-challenge/token", "evil.example").body, "token.print");
  EXPECT_EQ(ask("GET /.well-known/acme-challenge/none").status, 404);
  thread.stop();
}

}  // namespace
}  // namespace penstock::console
