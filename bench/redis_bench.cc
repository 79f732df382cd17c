// A Redis that somebody has started: the intake's push of a batch, and the worker's way to it and
// back. Processor time is ours alone; that of Redis is not counted.
//
// PENSTOCK_QUEUE_URL names it, and PENSTOCK_QUEUE_TLS_CA what vouches for it where that is by TLS.
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/text.h"
#include "queue/backend.h"
#include "queue/redis/client.h"
#include "support/run_until.h"
#include "support/submissions.h"

namespace penstock::queue {
namespace {

constexpr const char* kKey = "penstock:bench";
constexpr std::size_t kMessagesRead = 100;

std::string from_environment(const char* name, const char* otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : text;
}

ProducerOptions bench_options() {
  ProducerOptions options;
  options.queue.url = from_environment("PENSTOCK_QUEUE_URL", "redis://127.0.0.1:6379/0");
  options.queue.tls_ca = from_environment("PENSTOCK_QUEUE_TLS_CA", "");
  options.queue.key = kKey;
  return options;
}

class Client {
 public:
  Client() : client_(*redis_options(bench_options().queue), clock_) { call({"DEL", kKey}); }
  ~Client() { call({"DEL", kKey}); }
  void call(RedisClient::Words words) {
    const auto reply = client_.call(words);
    PENSTOCK_CHECK(reply.has_value());
    benchmark::DoNotOptimize(reply->get());
  }

 private:
  SystemClock clock_;
  RedisClient client_;
};

void a_command(benchmark::State& state) {
  Client client;
  for (auto _ : state) client.call({"LLEN", kKey});
}
BENCHMARK(a_command);

void reading(benchmark::State& state) {
  Client client;
  const std::string message(static_cast<std::size_t>(state.range(0)), 'x');
  for (std::size_t i = 0; i < kMessagesRead; ++i) client.call({"LPUSH", kKey, message});
  for (auto _ : state) client.call({"LRANGE", kKey, "0", "-1"});
  state.SetBytesProcessed(state.iterations() * state.range(0) *
                          static_cast<std::int64_t>(kMessagesRead));
}
BENCHMARK(reading)->Arg(1'000)->Arg(64'000);

void pushing(benchmark::State& state) {
  Client client;
  io::Loop loop;
  const ProducerOptions options = bench_options();
  const auto remote = find_backend(options.queue.url)->make_remote(options, loop);
  PENSTOCK_CHECK(testing::run_until(loop, [&] { return (*remote)->can_take(); }));
  const std::string message(static_cast<std::size_t>(state.range(0)), 'x');
  const auto on_pushed = [&](const Submission&, bool is_stored) {
    PENSTOCK_CHECK(is_stored);
    loop.stop();
  };
  std::int64_t pushed = 0;
  for (auto _ : state) {
    (*remote)->push(testing::submission_of(1, {message}), on_pushed);
    loop.run();
    if (++pushed % 100 == 0) client.call({"DEL", kKey});
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(pushing)->Arg(1'000)->Arg(16'000)->Arg(64'000)->Arg(256'000);

}  // namespace
}  // namespace penstock::queue
