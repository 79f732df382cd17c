// What an event costs in each protocol beside the native one, with the same content.
//
//   protocol_bench FOLDER [SECONDS [PROTOCOL]]   the requests of tests/corpus/protocols
//   protocol_bench FOLDER write OUT              as OUT/PROTOCOL/NAME.own and NAME.native, each
//                                                in the form of those, for a whole intake to read
//
// Each request is read again and again, and in turn with it, as a body of POST /v1/events, the
// events that came of it. Each line is a figure: its name, its value, its unit. Of one PROTOCOL
// each request is a line of its own. What comes compressed is inflated before, which costs every
// protocol the same. Fails where a protocol that brings events has no request to measure.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "adapter/native/native.h"
#include "adapter/route_table.h"
#include "adapter/table.h"
#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "crypto/secrets.h"
#include "event/batch.h"
#include "http/body_decoder.h"
#include "http/coding_format.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::int64_t kNowMs = 1'795'696'990'000;
// Whatever else the machine does only adds to a time: of so many turns the quickest counts.
constexpr int kTurns = 7;
constexpr std::size_t kInflatedBytesMax = 64 << 20;

class WriterSink final : public RecordSink {
 public:
  bool add(const event::Record& record) override {
    writer.add(record);
    return true;
  }
  event::BatchWriter writer;
};

class JsonSink final : public RecordSink {
 public:
  bool add(const event::Record& record) override {
    text += text.empty() ? "[" : ",";
    json::Writer writer(text);
    writer.begin_object().member("kind", record.kind).member("name", record.name);
    writer.member("time", record.occurred_at_ms);
    for (const auto& [name, value] :
         {std::pair<std::string_view, std::string_view>("url", record.url),
          {"referrer", record.referrer},
          {"user_id", record.user_id},
          {"anonymous_id", record.anonymous_id},
          {"session_id", record.session_id}}) {
      if (!value.empty()) writer.member(name, value);
    }
    if (record.id.is_from_client()) writer.member("id", record.id.hex());
    if (!record.properties.empty()) writer.key("properties").raw(record.properties);
    writer.end_object();
    return true;
  }
  std::string text;
};

struct Specimen {
  std::string method, target, body;
  std::vector<std::pair<std::string, std::string>> headers;

  std::string_view header(std::string_view wanted) const {
    for (const auto& [name, value] : headers) {
      if (equals_ignoring_case(name, wanted)) return value;
    }
    return {};
  }
};

Specimen read_specimen(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  Specimen specimen;
  std::string line;
  std::getline(in, line);
  specimen.method = line.substr(0, line.find(' '));
  specimen.target = line.substr(line.find(' ') + 1);
  while (std::getline(in, line) && !line.empty()) {
    const std::size_t colon = line.find(':');
    specimen.headers.emplace_back(line.substr(0, colon),
                                  std::string(trim(std::string_view(line).substr(colon + 1))));
  }
  specimen.body.assign(std::istreambuf_iterator<char>(in), {});
  reserve_padding(specimen.body);
  return specimen;
}

// As the intake does. False for a body that was not compressed.
bool inflate(Specimen& specimen, http::BodyDecoder& decoder) {
  auto codings = http::codings_of(specimen.header("Content-Encoding"));
  PENSTOCK_CHECK(codings.has_value());
  if (codings->count == 0 && specimen.body.starts_with(http::kGzipMagic)) {
    codings = http::codings_of("gzip");
  }
  if (codings->count == 0) return false;
  std::string inflated;
  PENSTOCK_CHECK(decoder.decode(*codings, specimen.body, kInflatedBytesMax, inflated).has_value());
  specimen.body = std::move(inflated);
  reserve_padding(specimen.body);
  return true;
}

double processor_s() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Microseconds of processor time that each of two takes, which take turns.
template <class First, class Second>
std::array<double, 2> costs_us(double seconds, First first, Second second) {
  std::array<double, 2> best{};
  best.fill(std::numeric_limits<double>::max());
  const auto take_turn = [seconds](auto& work) {
    std::uint64_t count = 0;
    double spent = 0;
    for (const double begin = processor_s(); spent < seconds / kTurns;) {
      for (int i = 0; i < 16; ++i) work();
      count += 16;
      spent = processor_s() - begin;
    }
    return spent * 1e6 / static_cast<double>(count);
  };
  for (int turn = 0; turn < kTurns; ++turn) {
    best[0] = std::min(best[0], take_turn(first));
    best[1] = std::min(best[1], take_turn(second));
  }
  return best;
}

class Bench {
 public:
  Bench(double seconds, bool says_each) : seconds_(seconds), says_each_(says_each) {
    origin_.project = "default";
    origin_.ip = "192.0.2.1";
    origin_.user_agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari";
    origin_.received_at_ms = kNowMs;
  }

  // False for a request that brings no events. With `out` it is written there, and not measured.
  bool measure(const Protocol& protocol, std::string_view file, const Specimen& specimen,
               const std::string& out) {
    http::Request request;
    request.method = specimen.method == "GET"   ? http::Method::kGet
                     : specimen.method == "PUT" ? http::Method::kPut
                                                : http::Method::kPost;
    request.target = specimen.target;
    request.path = request.target.substr(0, request.target.find('?'));
    if (request.path.size() < request.target.size()) {
      request.query = request.target.substr(request.path.size() + 1);
    }
    std::vector<http::Header> headers;
    for (const auto& [name, value] : specimen.headers) headers.push_back({name, value});
    request.headers = headers;
    request.body = specimen.body;
    const auto found = table_.find(request.method, request.path);
    if (found.kind != http::Match::Kind::kFound || protocols()[found.protocol] != &protocol ||
        !protocol.routes[found.route].has_events) {
      return false;
    }
    const Asked asked{request, specimen.body, request.header("Content-Type"), found.route};
    JsonSink as_json;
    const std::uint32_t events = read(protocol, asked, as_json).accepted;
    if (events == 0) return false;
    std::string native = as_json.text + "]";
    if (!out.empty()) {
      write(str_cat(out, "/", protocol.name), file, specimen, native);
      return ++count_ > 0;
    }
    reserve_padding(native);
    const auto [own_us, native_us] = costs_us(
        seconds_,
        [&] {
          read(protocol, asked, sink_);
          finish();
        },
        [&] {
          const ReadOutcome outcome =
              read_events(native, "application/json", false, origin_, workspace_, sink_);
          PENSTOCK_CHECK(outcome.accepted == events);
          finish();
        });
    if (says_each_) {
      std::printf("%-40s %5u events %9zu %9zu bytes %10.3f us %10.3f us %8.3f x\n",
                  str_cat(protocol.name, "/", file).c_str(), events, specimen.body.size(),
                  native.size(), own_us / events, native_us / events, own_us / native_us);
      std::fflush(stdout);
    }
    own_us_ += own_us / events;
    native_us_ += native_us / events;
    dearest_ = std::max(dearest_, own_us / native_us);
    ++count_;
    return true;
  }

  int take_count() { return std::exchange(count_, 0); }
  // Of the requests measured since the last one. False: there are none.
  bool print(std::string_view name) {
    if (count_ == 0) return false;
    const auto figure = [&](const char* of, double value, const char* unit) {
      std::printf("%-58s %14.3f %s\n", str_cat("protocol ", name, ": ", of).c_str(), value, unit);
    };
    figure("an event", own_us_ / count_, "us");
    figure("times the native one's", own_us_ / native_us_, "x");
    figure("its dearest request, times the native one's", dearest_, "x");
    std::fflush(stdout);
    own_us_ = native_us_ = dearest_ = 0;
    count_ = 0;
    return true;
  }

 private:
  static void write(const std::string& folder, std::string_view file, const Specimen& own,
                    const std::string& native) {
    std::filesystem::create_directories(folder);
    std::ofstream own_file(str_cat(folder, "/", file, ".own"), std::ios::binary);
    own_file << own.method << ' ' << own.target << '\n';
    for (const auto& [name, value] : own.headers) {
      // What is written is inflated, and whoever sends it counts the bytes.
      if (equals_ignoring_case(name, "Content-Encoding")) continue;
      if (equals_ignoring_case(name, "Content-Length")) continue;
      own_file << name << ": " << value << '\n';
    }
    own_file << '\n' << own.body;
    std::ofstream(str_cat(folder, "/", file, ".native"), std::ios::binary)
        << "POST /v1/events\nContent-Type: application/json\n\n"
        << native;
  }
  ReadOutcome read(const Protocol& protocol, const Asked& asked, RecordSink& sink) {
    const auto open = [](std::string_view) { return true; };
    return protocol.read(asked, {origin_, workspace_, sink, open});
  }
  void finish() {
    PENSTOCK_CHECK(!sink_.writer.finish().empty());
    sink_.writer.clear();
  }

  const double seconds_;
  const bool says_each_;
  Origin origin_;
  Workspace workspace_{Random(1)};
  WriterSink sink_;
  RouteTable table_{ProtocolSwitches(protocols().size(), true)};
  double own_us_ = 0;
  double native_us_ = 0;
  double dearest_ = 0;
  int count_ = 0;
};

bool brings_events(const Protocol& protocol) {
  return std::any_of(protocol.routes.begin(), protocol.routes.end(),
                     [](const Route& route) { return route.has_events; });
}

// Of all protocols where `only` is empty. With `out` nothing is measured.
int run(const std::string& folder, double seconds, std::string_view only, const std::string& out) {
  Bench bench(seconds, !only.empty());
  http::BodyDecoder decoder;
  int inflated = 0;
  bool is_whole = true;
  for (const Protocol* protocol : protocols()) {
    if (!only.empty() && only != protocol->name) continue;
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (const auto& file :
         std::filesystem::directory_iterator(str_cat(folder, "/", protocol->name), error)) {
      files.push_back(file.path());
    }
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& file : files) {
      Specimen specimen = read_specimen(file);
      const bool was_inflated = inflate(specimen, decoder);
      const bool is_used = bench.measure(*protocol, file.stem().string(), specimen, out);
      if (is_used && was_inflated) ++inflated;
    }
    const bool has_any = out.empty() ? bench.print(protocol->name) : bench.take_count() > 0;
    if (!has_any && brings_events(*protocol)) {
      std::fprintf(stderr, "protocol_bench: %s has no request that brings events\n",
                   std::string(protocol->name).c_str());
      is_whole = false;
    }
  }
  std::printf("%-58s %14d requests\n", "protocols: inflated before", inflated);
  return is_whole ? 0 : 1;
}

}  // namespace
}  // namespace penstock::adapter

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr,
                 "usage: protocol_bench FOLDER [SECONDS [PROTOCOL]]\n"
                 "       protocol_bench FOLDER write OUT\n");
    return 2;
  }
  penstock::crypto::start_crypto();  // As the programs do: it picks what this processor does best.
  if (count == 4 && arguments[2] == std::string_view("write")) {
    return penstock::adapter::run(arguments[1], 0, "", arguments[3]);
  }
  return penstock::adapter::run(arguments[1], count > 2 ? std::strtod(arguments[2], nullptr) : 0.1,
                                count > 3 ? arguments[3] : "", "");
}
