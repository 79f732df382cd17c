// For tests: a table of routes with its server, on a port of its own, and a client that blocks.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "console/api/auth/accounts.h"
#include "console/api/auth/user_rows.h"
#include "console/api/request/dispatcher.h"
#include "console/api/request/services.h"
#include "crypto/secrets.h"
#include "event/id.h"
#include "event/row.h"
#include "io/loop.h"
#include "server/http_server.h"
#include "sqlite/sqlite.h"
#include "store/backends.h"
#include "support/temp_dir.h"

namespace penstock::console::testing {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Answer {
  int status = 0;
  std::string head;  // Status line and headers.
  std::string body;

  // The header's value, "" without one.
  std::string header(std::string_view name) const {
    const std::string needle = str_cat("\r\n", to_lower(name), ": ");
    const std::string lower = to_lower(head);
    const std::size_t start = lower.find(needle);
    if (start == std::string::npos) return {};
    const std::size_t value = start + needle.size();
    return head.substr(value, head.find("\r\n", value) - value);
  }
  bool says(std::string_view text) const { return body.find(text) != std::string::npos; }
  // The text of the first member of this name.
  std::string member(std::string_view name) const {
    const std::string needle = str_cat("\"", name, "\":\"");
    const std::size_t start = body.find(needle);
    if (start == std::string::npos) return {};
    const std::size_t value = start + needle.size();
    return body.substr(value, body.find('"', value) - value);
  }
};

// When the console's clock begins.
inline constexpr std::int64_t kEventsNow = 1'800'000'000'000;
inline constexpr std::string_view kPassword = "a good long password";
// Of it, by the least that Argon2id can cost: the real one takes 64 MiB at each sign-in.
inline constexpr std::string_view kCheapHash =
    "$argon2id$v=19$m=8,t=1,p=1$jQTrXCkOuW9GSnylss10qQ$"
    "KqbASzQD5AKw/mxR+L97oo701lIAchkRrFjeqZ1ABnQ";

// Who asks: what a browser keeps after signing in.
struct Visitor {
  std::string cookie;
  std::string csrf;

  Headers headers() const {
    Headers all;
    if (!cookie.empty()) all.emplace_back("Cookie", cookie);
    if (!csrf.empty()) all.emplace_back("X-CSRF-Token", csrf);
    return all;
  }
};

// As ManualClock, but moved by the test's thread while the console's threads read it.
class SharedClock final : public Clock {
 public:
  std::int64_t wall_ms() const override { return kEventsNow + passed_ms_; }
  std::int64_t mono_us() const override { return 1 + passed_ms_ * 1000; }
  void advance_ms(std::int64_t ms) { passed_ms_ += ms; }

 private:
  std::atomic<std::int64_t> passed_ms_{0};
};

class TestApi {
 public:
  explicit TestApi(std::span<const Route> routes, std::string public_url = "")
      : routes_(routes), limiter_(clock_) {
    crypto::start_crypto();
    settings_.version = "0.0.0-test";
    settings_.state_dir = dir_.path();
    settings_.accounts_path = dir_.path("console.db");
    settings_.store_path = dir_.path("events");
    settings_.spool_path = dir_.path("spool");
    settings_.password_file = dir_.path("initial-password");
    settings_.public_url = std::move(public_url);
    settings_.queue.queue.spool.path = settings_.spool_path;
    settings_.worker_address = "unix:" + dir_.path("worker.sock");
    settings_.roots_keys_path = dir_.path("keys.json");
    settings_.keys_path = dir_.path("keys/console.json");
    settings_.queue.worker = "test:1:1";
  }

  virtual ~TestApi() {
    if (!thread_.joinable()) return;
    loop_.post([this] { loop_.stop(); });
    thread_.join();
  }

  // Before start().
  void add_user(std::string_view email, const Rights& rights, bool must_change = false) {
    auto accounts = Accounts::open(settings_.accounts_path, clock_);
    ASSERT_TRUE(accounts);
    auto database = sqlite::Database::open(settings_.accounts_path, {});
    ASSERT_TRUE(database);
    auto insert = database->prepare(
        "INSERT INTO users (email, role, projects, password_hash, must_change_password, "
        "created_at) VALUES (?, ?, ?, ?, ?, 0)");
    ASSERT_TRUE(insert);
    const KeptRights kept(rights);
    kept.bind(*insert, 2, 3);
    insert->bind(1, email).bind(4, kCheapHash).bind(5, must_change ? 1 : 0);
    ASSERT_TRUE(insert->run());
  }
  // Borrows them.
  void use_switches(const ProtocolSwitches& protocols) { settings_.protocols = &protocols; }
  void use_redis_at_closed_port() {
    settings_.queue.queue.url = "redis://127.0.0.1:1/0";
    settings_.queue.queue.timeout_ms = 500;
  }
  void use_queue(std::string url, std::string sidekiq_queue) {
    settings_.queue.queue.url = std::move(url);
    settings_.queue.queue.sidekiq_queue = std::move(sidekiq_queue);
  }
  void store(const std::vector<event::Row>& rows) {
    store::StoreOptions options;
    options.path = settings_.store_path;
    auto store = store::open_event_store(options, clock_);
    ASSERT_TRUE(store) << to_text(store.error());
    ASSERT_TRUE((*store)->store(rows));
  }

  void start() {
    std::vector<std::unique_ptr<Services>> services;
    for (std::size_t i = 0; i < Dispatcher::kThreads; ++i) {
      auto one = Services::open(settings_, clock_, limiter_);
      ASSERT_TRUE(one) << to_text(one.error());
      services.push_back(std::move(*one));
    }
    auto proxies = http::NetworkList::parse({"127.0.0.0/8"});
    ASSERT_TRUE(proxies);
    handler_ = make_handler(*std::move(proxies), std::move(services));
    counting_ = std::make_unique<Counting>(*handler_, arrived_);
    server_ = std::make_unique<server::HttpServer>(loop_, clock_, *counting_, counters_);
    auto listening = server_->listen("127.0.0.1:0");
    ASSERT_TRUE(listening) << to_text(listening.error());
    thread_ = std::thread([this] { loop_.run(); });
  }

  Answer ask(std::string_view method, std::string_view target, Headers headers = {},
             std::string_view body = "") const {
    std::string text = str_cat(method, " ", target, " HTTP/1.1\r\nConnection: close\r\n");
    const auto has = [&](std::string_view name) {
      return std::any_of(headers.begin(), headers.end(),
                         [&](const auto& header) { return header.first == name; });
    };
    if (!has("Host")) headers.emplace_back("Host", "localhost");
    if (!body.empty() && !has("Content-Type")) {
      headers.emplace_back("Content-Type", "application/json");
    }
    if (!body.empty() || method == "POST") {
      headers.emplace_back("Content-Length", std::to_string(body.size()));
    }
    for (const auto& [name, value] : headers) text += str_cat(name, ": ", value, "\r\n");
    text += str_cat("\r\n", body);
    return parse(exchange(text));
  }

  // A GET whose answer may have no end: of that one its head alone.
  Answer ask_stream(std::string_view target, const Headers& headers = {}) const {
    const Answer head = ask("HEAD", target, headers);
    return head.header("Content-Type") == "text/event-stream" ? head : ask("GET", target, headers);
  }

  Answer try_sign_in(std::string_view email, std::string_view password,
                     Headers headers = {}) const {
    return ask("POST", "/api/v1/session", std::move(headers),
               str_cat(R"({"email":")", email, R"(","password":")", password, R"("})"));
  }
  static Visitor visitor_of(const Answer& answer) {
    const std::string cookie = answer.header("Set-Cookie");
    return {cookie.substr(0, cookie.find(';')), answer.member("csrf_token")};
  }
  Visitor sign_in(std::string_view email, std::string_view password = kPassword) const {
    const Answer answer = try_sign_in(email, password);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return visitor_of(answer);
  }

  // A session without a request.
  std::string session_of(std::string_view email) {
    auto accounts = Accounts::open(settings_.accounts_path, clock_);
    return (**(*accounts)->sign_in(email, kPassword, {.hours = 12})).token;
  }
  // Requests that the handler was given.
  int requests_arrived() const { return arrived_; }

  const server::ServerCounters& server_counters() const { return counters_; }

  SharedClock& clock() { return clock_; }
  const ConsoleSettings& settings() const { return settings_; }
  std::uint16_t port() const { return server_->port(); }

 protected:
  virtual std::unique_ptr<server::Handler> make_handler(
      http::NetworkList proxies, std::vector<std::unique_ptr<Services>> services) {
    return std::make_unique<Dispatcher>(loop_, settings_, std::move(proxies), routes_,
                                        std::move(services));
  }

  std::span<const Route> routes_;
  io::Loop loop_;

 private:
  class Counting final : public server::Handler {
   public:
    Counting(server::Handler& next, std::atomic<int>& arrived) : next_(next), arrived_(arrived) {}
    void on_request(const http::Request& request, const server::Peer& peer,
                    server::Responder responder) override {
      next_.on_request(request, peer, responder);
      ++arrived_;
    }

   private:
    server::Handler& next_;
    std::atomic<int>& arrived_;
  };

  std::string exchange(const std::string& request) const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    // A server that never answers fails the test instead of hanging it.
    const timeval deadline{30, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
    EXPECT_EQ(::send(socket, request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    std::string answer;
    char chunk[16'384];
    for (ssize_t got; (got = ::recv(socket, chunk, sizeof chunk, 0)) > 0;) {
      answer.append(chunk, static_cast<std::size_t>(got));
      // A stream has no end to wait for: that it has begun is the answer.
      if (answer.find("\r\n\r\n") != std::string::npos && is_stream(answer)) break;
    }
    ::close(socket);
    return answer;
  }

  static bool is_stream(const std::string& answer) {
    const std::string head = answer.substr(0, answer.find("\r\n\r\n"));
    return head.find("text/event-stream") != std::string::npos;
  }

  static Answer parse(const std::string& text) {
    const std::size_t end = text.find("\r\n\r\n");
    EXPECT_NE(end, std::string::npos) << text;
    if (end == std::string::npos) return {};
    Answer answer;
    answer.status = std::atoi(text.c_str() + sizeof "HTTP/1.1");
    answer.head = text.substr(0, end + 2);
    answer.body = text.substr(end + 4);
    return answer;
  }

  penstock::testing::TempDir dir_;
  SharedClock clock_;
  ConsoleSettings settings_;
  SignInLimiter limiter_;
  server::ServerCounters counters_;
  std::atomic<int> arrived_{0};
  std::unique_ptr<server::Handler> handler_;
  std::unique_ptr<Counting> counting_;
  std::unique_ptr<server::HttpServer> server_;
  std::thread thread_;
};

}  // namespace penstock::console::testing
