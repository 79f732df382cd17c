// The queue's two message formats, a record at a time.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/text.h"
#include "event/batch.h"
#include "event/sidekiq/job.h"

namespace penstock::event {
namespace {

constexpr std::int64_t kNow = 1'795'515'837'312;
constexpr int kRecords = 100;

Record sample() {
  Record record;
  record.id = id_of_client("default", "order-1", kNow);
  record.received_at_ms = kNow;
  record.occurred_at_ms = kNow - 5;
  record.project = "default";
  record.source = "events";
  record.name = "product_viewed";
  record.url = "https://shop.example.com/products/1?utm_source=newsletter&utm_medium=email";
  record.referrer = "https://www.google.com/";
  record.ip = "203.0.113.195";
  record.user_agent =
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
      "Chrome/120.0.0.0 Safari/537.36";
  record.anonymous_id = "1f3870be-274f-6c49-b3e3-1a0c67280001";
  record.session_id = "s-1";
  record.properties =
      R"({"sku":"A-1234","price":49.95,"currency":"EUR","tags":["shoes","running"]})";
  return record;
}

void report(benchmark::State& state, int count, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations() * count);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void bm_batch_encode(benchmark::State& state) {
  const Record record = sample();
  BatchWriter writer;
  std::size_t bytes = 0;
  for ([[maybe_unused]] auto _ : state) {
    writer.clear();
    for (int i = 0; i < kRecords; ++i) writer.add(record);
    bytes = writer.finish().size();
  }
  report(state, kRecords, bytes);
}
BENCHMARK(bm_batch_encode);

void bm_batch_decode(benchmark::State& state) {
  BatchWriter writer;
  for (int i = 0; i < kRecords; ++i) writer.add(sample());
  const std::string message = writer.take();
  for ([[maybe_unused]] auto _ : state) {
    auto reader = BatchReader::open(message);
    Record record;
    while (reader->next(record).value_or(false)) benchmark::DoNotOptimize(record);
  }
  report(state, kRecords, message.size());
}
BENCHMARK(bm_batch_decode);

void bm_sidekiq_encode(benchmark::State& state) {
  const Record record = sample();
  std::string job;
  for ([[maybe_unused]] auto _ : state) {
    job.clear();
    append_sidekiq_job(record, {"default", "ProcessRequestJob"}, kNow, job);
    benchmark::DoNotOptimize(job.data());
  }
  report(state, 1, job.size());
}
BENCHMARK(bm_sidekiq_encode);

void bm_sidekiq_decode(benchmark::State& state) {
  std::string job;
  append_sidekiq_job(sample(), {"default", "ProcessRequestJob"}, kNow, job);
  SidekiqJobReader reader;
  for ([[maybe_unused]] auto _ : state) {
    auto record = reader.read(job, kNow);
    if (!record) state.SkipWithError(record.error().step);
    benchmark::DoNotOptimize(record);
  }
  report(state, 1, job.size());
}
BENCHMARK(bm_sidekiq_decode);

}  // namespace
}  // namespace penstock::event
