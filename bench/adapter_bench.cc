// What one event costs between the request's body and the queue message: parse, record, encode.
#include <string>

#include <benchmark/benchmark.h>

#include "adapter/native/native.h"
#include "base/bytes.h"
#include "base/text.h"
#include "event/batch.h"

namespace penstock {
namespace {

constexpr std::int64_t kNow = 1'795'515'837'312;
constexpr int kEvents = 100;

class WriterSink final : public adapter::RecordSink {
 public:
  bool add(const event::Record& record) override {
    writer.add(record);
    return true;
  }
  event::BatchWriter writer;
};

adapter::Origin origin() {
  adapter::Origin out;
  out.project = "default";
  out.ip = "203.0.113.195";
  out.user_agent =
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
      "Chrome/120.0.0.0 Safari/537.36";
  out.received_at_ms = kNow;
  return out;
}

// About 400 bytes, as a page's script sends them.
std::string event_text(int number) {
  return str_cat(
      R"({"name":"product_viewed","time":"2026-11-24T10:23:57.)", 100 + number % 900,
      R"(Z","url":"https://shop.example.com/products/)", number,
      R"(?utm_source=newsletter&utm_medium=email","referrer":"https://www.google.com/",)",
      R"("anonymous_id":"1f3870be-274f-6c49-b3e3-1a0c67280001","session_id":"s-)", number,
      R"(","properties":{"sku":"A-1234","price":49.95,"currency":"EUR","in_stock":true,)",
      R"("tags":["shoes","running"],"position":)", number, "}}");
}

std::string lines() {
  std::string text;
  for (int i = 0; i < kEvents; ++i) text += event_text(i) + "\n";
  return text;
}

std::string array() {
  std::string text = "[";
  for (int i = 0; i < kEvents; ++i) text += (i == 0 ? "" : ",") + event_text(i);
  return text + "]";
}

void read_events(benchmark::State& state, std::string body, std::string_view type, int count) {
  reserve_padding(body);
  const adapter::Origin from = origin();
  adapter::Workspace workspace{Random(1)};
  WriterSink sink;
  for ([[maybe_unused]] auto _ : state) {
    const auto outcome = adapter::read_events(body, type, false, from, workspace, sink);
    if (outcome.accepted != static_cast<std::uint32_t>(count)) {
      state.SkipWithError(outcome.detail.c_str());
      break;
    }
    benchmark::DoNotOptimize(sink.writer.finish());
    sink.writer.clear();
  }
  state.SetItemsProcessed(state.iterations() * count);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}

void bm_one_event(benchmark::State& state) {
  read_events(state, event_text(1), "application/json", 1);
}
BENCHMARK(bm_one_event);

void bm_lines_of_100(benchmark::State& state) {
  read_events(state, lines(), "application/x-ndjson", kEvents);
}
BENCHMARK(bm_lines_of_100);

void bm_array_of_100(benchmark::State& state) {
  read_events(state, array(), "application/json", kEvents);
}
BENCHMARK(bm_array_of_100);

void bm_pixel(benchmark::State& state) {
  const std::string_view query =
      "name=pageview&url=https%3A%2F%2Fshop.example.com%2Fproducts%2F1%3Futm_source%3Dnewsletter"
      "&referrer=https%3A%2F%2Fwww.google.com%2F&anonymous_id=1f3870be274f6c49&title=Red+shoes";
  const adapter::Origin from = origin();
  adapter::Workspace workspace{Random(1)};
  WriterSink sink;
  for ([[maybe_unused]] auto _ : state) {
    const auto outcome = adapter::read_pixel(query, from, workspace, sink);
    if (outcome.accepted != 1) state.SkipWithError(outcome.detail.c_str());
    benchmark::DoNotOptimize(sink.writer.finish());
    sink.writer.clear();
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(query.size()));
}
BENCHMARK(bm_pixel);

}  // namespace
}  // namespace penstock
