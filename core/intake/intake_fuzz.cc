// The intake from the socket to the queue: each protocol's route, with and without
// Content-Encoding, as native batches and as Sidekiq jobs. The first two bytes choose, the rest is
// the body or the query.
//
// What the answer says was accepted is what the producer was given, and every message of it can be
// read by a worker.
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "adapter/contract/fuzz_sink.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/text.h"
#include "crypto/secrets.h"
#include "event/batch.h"
#include "event/sidekiq/job.h"
#include "intake/intake.h"
#include "json/reader.h"
#include "server/strict_answer.h"
#include "support/loopback_client.h"

namespace {

using namespace penstock;

constexpr std::int64_t kNow = 1'795'602'237'000;
constexpr std::size_t kInflatedBytesMax = 32'768;
constexpr int kAnyPath = 7;

class KeptProducer final : public queue::Producer {
 public:
  explicit KeptProducer(queue::ProducerListener& listener) : listener_(listener) {}

  void submit(queue::Submission submission) override { kept.push_back(std::move(submission)); }
  std::size_t in_flight() const override { return kept.size(); }
  queue::ProducerState state() const override { return {}; }

  void finish(queue::Stored outcome) {
    while (!kept.empty()) {
      const std::uint64_t ticket = kept.back().ticket;
      kept.pop_back();
      listener_.on_done(ticket, outcome);
    }
  }

  std::vector<queue::Submission> kept;

 private:
  queue::ProducerListener& listener_;
};

// A running intake at a unix socket in a folder of its own.
class Stand {
 public:
  explicit Stand(intake::QueueFormat format) {
    crypto::start_crypto();
    PENSTOCK_CHECK(mkdtemp(folder_.data()) != nullptr);
    intake::IntakeOptions options;
    options.listen = {"unix:" + folder_ + "/s"};
    options.format = format;
    intake::IntakeSettings settings;
    settings.inflated_bytes_max = kInflatedBytesMax;
    settings.event_bytes_max = 4'096;
    settings.limits.parser.body_bytes_max = 16'384;
    const auto make =
        [this](io::Loop&, const Clock&,
               queue::ProducerListener& listener) -> Result<std::unique_ptr<queue::Producer>> {
      auto made = std::make_unique<KeptProducer>(listener);
      producer = made.get();
      return made;
    };
    auto started = intake::Intake::start(options, settings, loop_, clock_, counters, make);
    PENSTOCK_CHECK(started.has_value());
    intake_ = std::move(*started);
  }
  ~Stand() {
    intake_.reset();
    rmdir(folder_.c_str());
  }

  // All that comes back for `wire` until the server ends or has no more to do.
  std::string ask(std::string_view wire, queue::Stored outcome,
                  const std::function<void(const queue::Submission&)>& look) {
    penstock::testing::LoopbackClient client(folder_ + "/s");
    PENSTOCK_CHECK(client.is_connected() && client.send(wire));
    client.end_sending();
    constexpr int kTurnsMax = 100;
    std::string answers;
    for (int i = 0; i < kTurnsMax; ++i) {
      uv_run(loop_.uv(), UV_RUN_NOWAIT);
      for (const queue::Submission& submission : producer->kept) look(submission);
      producer->finish(outcome);
      char bytes[16'384];
      const ssize_t count = ::recv(client.fd(), bytes, sizeof bytes, MSG_DONTWAIT);
      if (count > 0) answers.append(bytes, static_cast<std::size_t>(count));
      if (count == 0) return answers;
    }
    PENSTOCK_CHECK(false);  // The connection hangs.
    return answers;
  }

  intake::IntakeCounters counters;
  KeptProducer* producer = nullptr;

 private:
  std::string folder_ = "/tmp/penstock-intake-fuzz-XXXXXX";
  ManualClock clock_{kNow};
  io::Loop loop_;
  std::unique_ptr<intake::Intake> intake_;
};

std::string zlib_packed(std::string_view text, int window_bits) {
  z_stream stream{};
  PENSTOCK_CHECK(deflateInit2(&stream, 1, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  PENSTOCK_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd_packed(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}

// Escapes what cannot stand in a target, so that what arrives is what was meant.
std::string as_query(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string query;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && c != '#') {
      query += c;
    } else {
      query += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return query;
}

struct Shape {
  explicit Shape(std::uint8_t first, std::uint8_t second)
      : route(first & 7),
        type((first >> 3) & 3),
        is_sidekiq((first & 32) != 0),
        encoding(second & 7),
        outcome((second & 8) != 0    ? queue::Stored::kRefused
                : (second & 16) != 0 ? queue::Stored::kSpooled
                                     : queue::Stored::kQueued) {}

  int route;
  int type;
  bool is_sidekiq;
  int encoding;
  queue::Stored outcome;
};

std::string wire_of(const Shape& shape, std::string_view text) {
  constexpr std::string_view kTargets[] = {
      "/v1/events",     "/v1/events?partial=1", "/v1/collect", "/v1/collect?",
      "/v1/pixel.gif?", "/v1/events?key=",      "/p.js?",      "/"};
  constexpr std::string_view kTypes[] = {"", "Content-Type: application/json\r\n",
                                         "Content-Type: application/x-ndjson\r\n",
                                         "Content-Type: application/x-www-form-urlencoded\r\n"};
  constexpr std::string_view kEncodings[] = {"",     "gzip",    "deflate", "zstd",
                                             "gzip", "deflate", "zstd",    "br"};
  const std::string_view target = kTargets[shape.route];
  if (shape.route == 3 || shape.route == 4 || shape.route >= 6) {
    return str_cat("GET ", target, as_query(text), " HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  std::string body(text);
  // Packed here, so that what is mutated is the text; the next three are taken as they come.
  if (shape.encoding == 1) body = zlib_packed(text, 15 + 16);
  if (shape.encoding == 2) body = zlib_packed(text, 15);
  if (shape.encoding == 3) body = zstd_packed(text);
  const std::string_view encoding = kEncodings[shape.encoding];
  return str_cat("POST ", target, " HTTP/1.1\r\nHost: h\r\n", kTypes[shape.type],
                 encoding.empty() ? "" : "Content-Encoding: ", encoding,
                 encoding.empty() ? "" : "\r\n", "Content-Length: ", body.size(), "\r\n\r\n", body);
}

// Reads every message as a worker does; the events in them.
std::uint32_t count_events(const queue::Submission& submission, bool is_sidekiq) {
  adapter::FuzzSink sink;
  event::Record record;
  for (const std::string& message : submission.messages) {
    if (is_sidekiq) {
      event::SidekiqJobReader reader;
      const auto read = reader.read(message, kNow);
      PENSTOCK_CHECK(read.has_value() && sink.add(*read));
      continue;
    }
    auto reader = event::BatchReader::open(message);
    PENSTOCK_CHECK(reader.has_value());
    for (;;) {
      const auto more = reader->next(record);
      PENSTOCK_CHECK(more.has_value());
      if (!*more) break;
      PENSTOCK_CHECK(sink.add(record));
    }
  }
  PENSTOCK_CHECK(sink.count() == submission.events);
  return sink.count();
}

// 202 says how many events it took; any refusal is an object with "error" and "detail".
std::int64_t read_answer_body(std::string_view body) {
  json::Reader reader;
  std::int64_t accepted = -1;
  bool has_error = false;
  bool has_detail = false;
  const auto read = reader.read(body, [&](json::Value& root) {
    PENSTOCK_CHECK(root.kind() == json::Kind::kObject);
    return root.members([&](std::string_view name, json::Value& member) -> Result<void> {
      has_error |= name == "error" && member.kind() == json::Kind::kString;
      has_detail |= name == "detail" && member.kind() == json::Kind::kString;
      if (name == "accepted") accepted = member.integer().value_or(-1);
      return {};
    });
  });
  PENSTOCK_CHECK(read.has_value());
  PENSTOCK_CHECK((accepted >= 0) != (has_error && has_detail));
  return accepted;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static Stand native(intake::QueueFormat::kNative);
  static Stand sidekiq(intake::QueueFormat::kSidekiq);
  const Shape shape(data[0], data[1]);
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);

  Stand& stand = shape.is_sidekiq ? sidekiq : native;
  std::uint32_t events = 0;
  const std::string answers =
      stand.ask(wire_of(shape, text), shape.outcome, [&](const queue::Submission& submission) {
        events += count_events(submission, shape.is_sidekiq);
      });
  std::string_view rest = answers;
  const server::StrictAnswer answer = server::take_strict_answer(rest, false);
  PENSTOCK_CHECK(rest.empty());
  PENSTOCK_CHECK(stand.counters.inflight_bytes.value() == 0);

  const bool is_refused = events > 0 && shape.outcome == queue::Stored::kRefused;
  PENSTOCK_CHECK(is_refused == (answer.status == 503));
  if (answer.status >= 400) PENSTOCK_CHECK(is_refused || events == 0);
  // Any path may be another protocol's, which answers in its own words.
  if (shape.route == kAnyPath) return 0;
  if (answer.status == 202) PENSTOCK_CHECK(read_answer_body(answer.body) == events);
  if (answer.status >= 400) PENSTOCK_CHECK(read_answer_body(answer.body) == -1);
  // A JSON body there may hold any number.
  const bool is_collect_post = shape.route == 2;
  if (answer.status == 204 && !is_collect_post) PENSTOCK_CHECK(events == 1);
  return 0;
}
