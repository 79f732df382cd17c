// What an event costs in each protocol beside the native one, with the same content.
//
//   protocol_bench FOLDER [SECONDS]   the requests of tests/corpus/protocols
//
// Each request is read again and again, and then, as a body of POST /v1/events, the events that
// came of it. Each line is a figure: its name, its value, its unit.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "adapter/native/native.h"
#include "adapter/route_table.h"
#include "adapter/table.h"
#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "event/batch.h"
#include "json/writer.h"

namespace penstock::adapter {
namespace {

constexpr std::int64_t kNowMs = 1'795'696'990'000;

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

  bool is_encoded() const {
    for (const auto& [name, value] : headers) {
      if (equals_ignoring_case(name, "Content-Encoding") && !value.empty()) return true;
    }
    return body.starts_with("\x1f\x8b");
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

double processor_s() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Microseconds of processor time that one `work` takes.
template <class Work>
double cost_us(double seconds, Work work) {
  work();  // Buffers grow.
  const double begin = processor_s();
  std::uint64_t count = 0;
  double spent = 0;
  while (spent < seconds) {
    for (int i = 0; i < 16; ++i) work();
    count += 16;
    spent = processor_s() - begin;
  }
  return spent * 1e6 / static_cast<double>(count);
}

class Bench {
 public:
  explicit Bench(double seconds) : seconds_(seconds) {
    origin_.project = "default";
    origin_.ip = "192.0.2.1";
    origin_.user_agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari";
    origin_.received_at_ms = kNowMs;
  }

  // False for a request that brings no events, or that comes compressed.
  bool measure(const Protocol& protocol, const Specimen& specimen) {
    if (specimen.is_encoded()) return false;
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
    reserve_padding(native);
    const double own_us = cost_us(seconds_, [&] {
      read(protocol, asked, sink_);
      finish();
    });
    const double native_us = cost_us(seconds_, [&] {
      const ReadOutcome outcome =
          read_events(native, "application/json", false, origin_, workspace_, sink_);
      PENSTOCK_CHECK(outcome.accepted == events);
      finish();
    });
    own_us_ += own_us / events;
    native_us_ += native_us / events;
    ++count_;
    return true;
  }

  void print(std::string_view name) {
    if (count_ == 0) return;
    const std::string text(name);
    std::printf("%-58s %14.3f us\n", ("protocol " + text + ": an event").c_str(), own_us_ / count_);
    std::printf("%-58s %14.3f x\n", ("protocol " + text + ": times the native one's").c_str(),
                own_us_ / native_us_);
    std::fflush(stdout);
    own_us_ = native_us_ = 0;
    count_ = 0;
  }

 private:
  ReadOutcome read(const Protocol& protocol, const Asked& asked, RecordSink& sink) {
    const auto open = [](std::string_view) { return true; };
    return protocol.read(asked, {origin_, workspace_, sink, open});
  }
  void finish() {
    PENSTOCK_CHECK(!sink_.writer.finish().empty());
    sink_.writer.clear();
  }

  const double seconds_;
  Origin origin_;
  Workspace workspace_{Random(1)};
  WriterSink sink_;
  RouteTable table_{ProtocolSwitches(protocols().size(), true)};
  double own_us_ = 0;
  double native_us_ = 0;
  int count_ = 0;
};

int run(const std::string& folder, double seconds) {
  Bench bench(seconds);
  for (const Protocol* protocol : protocols()) {
    std::error_code error;
    const auto files =
        std::filesystem::directory_iterator(str_cat(folder, "/", protocol->name), error);
    for (const auto& file : files) bench.measure(*protocol, read_specimen(file.path()));
    bench.print(protocol->name);
  }
  return 0;
}

}  // namespace
}  // namespace penstock::adapter

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "usage: protocol_bench FOLDER [SECONDS]\n");
    return 2;
  }
  return penstock::adapter::run(arguments[1], count > 2 ? std::strtod(arguments[2], nullptr) : 0.1);
}
