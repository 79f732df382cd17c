// What every protocol of core/adapter/table.cc must hold, over the table, through a running intake.
//
// tests/corpus/protocols/NAME holds requests that the protocol's clients send: a line "METHOD
// TARGET", header lines, an empty line, and the body as it is. Each route needs one.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapter/route_table.h"
#include "base/text.h"
#include "crypto/secrets.h"
#include "event/batch.h"
#include "intake/intake.h"
#include "support/loop_thread.h"
#include "support/loopback_client.h"

namespace penstock::intake {
namespace {

using adapter::Protocol;
using adapter::protocols;
using adapter::Route;
using testing::Answer;
using ::testing::HasSubstr;
using testing::LoopbackClient;

constexpr std::string_view kOrigin = "https://shop.example";

struct Specimen {
  std::string file;
  std::string method;
  std::string target;
  std::string headers;  // Whole lines.
  std::string body;

  http::Method http_method() const {
    if (method == "POST") return http::Method::kPost;
    if (method == "OPTIONS") return http::Method::kOptions;
    return method == "PUT" ? http::Method::kPut : http::Method::kGet;
  }
  std::string path() const {
    std::string path = target.substr(0, target.find('?'));
    if (path.size() > 1 && path.back() == '/') path.pop_back();
    return path;
  }
  std::string query() const {
    const std::size_t at = target.find('?');
    return at == std::string::npos ? "" : target.substr(at);
  }
  // Views of `headers`.
  std::vector<http::Header> parsed_headers() const {
    std::vector<http::Header> parsed;
    std::string_view rest = headers;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find("\r\n"));
      rest.remove_prefix(line.size() + 2);
      const std::size_t colon = line.find(':');
      parsed.push_back({line.substr(0, colon), trim(line.substr(colon + 1))});
    }
    return parsed;
  }
  std::string wire(std::string_view at_path) const {
    return str_cat(method, " ", at_path, query(), " HTTP/1.1\r\nHost: h\r\nOrigin: ", kOrigin,
                   "\r\n", headers, "Content-Length: ", body.size(), "\r\n\r\n", body);
  }
};

Specimen read_specimen(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  Specimen specimen;
  specimen.file = file.filename();
  std::string line;
  std::getline(in, line);
  specimen.method = line.substr(0, line.find(' '));
  specimen.target = line.substr(line.find(' ') + 1);
  while (std::getline(in, line) && !line.empty()) specimen.headers += line + "\r\n";
  specimen.body.assign(std::istreambuf_iterator<char>(in), {});
  return specimen;
}

std::vector<Specimen> specimens_of(const Protocol& protocol) {
  std::vector<Specimen> found;
  const std::string folder = str_cat(PENSTOCK_CORPUS_DIR, "/protocols/", protocol.name);
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    found.push_back(read_specimen(entry.path()));
  }
  return found;
}

// Says at once what becomes of what it is given.
class PromptProducer final : public queue::Producer {
 public:
  explicit PromptProducer(queue::ProducerListener& listener) : listener_(listener) {}

  void submit(queue::Submission submission) override {
    for (const std::string& message : submission.messages) {
      auto reader = event::BatchReader::open(message);
      event::Record record;
      while (reader && reader->next(record).value_or(false)) sources.emplace_back(record.source);
    }
    listener_.on_done(submission.ticket, outcome);
  }
  std::size_t in_flight() const override { return 0; }
  queue::ProducerState state() const override { return {}; }

  queue::Stored outcome = queue::Stored::kQueued;
  std::vector<std::string> sources;

 private:
  queue::ProducerListener& listener_;
};

class AdapterContract : public ::testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    crypto::start_crypto();
    settings_.protocols.assign(protocols().size(), true);
    IntakeOptions options;
    options.listen = {"127.0.0.1:0"};
    const auto make =
        [this](io::Loop&, const Clock&,
               queue::ProducerListener& listener) -> Result<std::unique_ptr<queue::Producer>> {
      auto producer = std::make_unique<PromptProducer>(listener);
      producer_ = producer.get();
      return producer;
    };
    auto intake = Intake::start(options, settings_, thread_.loop(), clock_, counters_, make);
    ASSERT_TRUE(intake) << to_text(intake.error());
    intake_ = std::move(*intake);
    thread_.start();
  }
  void TearDown() override {
    thread_.stop();
    intake_.reset();
  }

  const Protocol& protocol() const { return *protocols()[GetParam()]; }
  Answer ask(const std::string& wire, bool is_head = false) {
    LoopbackClient client(intake_->port());
    client.send(wire);
    return client.receive(is_head);
  }
  void apply() {
    thread_.run([&] { intake_->apply(settings_); });
  }
  // As the protocol refuses what is sent like this.
  http::Response refusal_of(const Specimen& specimen, std::uint16_t status) const {
    const std::vector<http::Header> headers = specimen.parsed_headers();
    http::Request request;
    request.headers = headers;
    return adapter::refusal_of(protocol(),
                               {status, "e", "d", adapter::echo_of(protocol(), request), 0});
  }
  std::uint64_t counted(std::string_view outcome) const {
    for (std::size_t i = 0; i < std::size(kOutcomes); ++i) {
      if (kOutcomes[i] == outcome) return counters_.events[GetParam()][i].value();
    }
    return 0;
  }
  void expect_open(const Answer& answer) {
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), kOrigin);
    EXPECT_EQ(answer.header("Access-Control-Allow-Credentials"), "true");
    EXPECT_EQ(answer.header("Vary"), "Origin");
  }

  IntakeSettings settings_;
  testing::SharedManualClock clock_{1'795'602'237'000};
  IntakeCounters counters_;
  testing::LoopThread thread_;
  std::unique_ptr<Intake> intake_;
  PromptProducer* producer_ = nullptr;
};

// Of requests that bring events, or of those that only ask.
std::vector<Specimen> specimens_of(const Protocol& protocol, bool has_events) {
  const adapter::RouteTable table(adapter::ProtocolSwitches(protocols().size(), true));
  std::vector<Specimen> found = specimens_of(protocol);
  std::erase_if(found, [&](const Specimen& specimen) {
    const auto route = table.find(specimen.http_method(), specimen.path());
    return route.kind == http::Match::Kind::kFound &&
           protocols()[route.protocol]->routes[route.route].has_events != has_events;
  });
  return found;
}

TEST_P(AdapterContract, HasASpecimenForEveryRoute) {
  const adapter::RouteTable table(settings_.protocols);
  std::set<std::size_t> seen;
  for (const Specimen& specimen : specimens_of(protocol())) {
    SCOPED_TRACE(specimen.file);
    const auto found = table.find(specimen.http_method(), specimen.path());
    ASSERT_EQ(found.kind, http::Match::Kind::kFound);
    EXPECT_EQ(found.protocol, GetParam());
    seen.insert(found.route);
  }
  EXPECT_EQ(seen.size(), protocol().routes.size());
}

TEST_P(AdapterContract, TakesWhatItsClientsSendUnderItsName) {
  for (const Specimen& specimen : specimens_of(protocol(), true)) {
    for (const std::string& path :
         {specimen.path(), specimen.path() + "/", str_cat("/", protocol().name, specimen.path()),
          str_cat("/", protocol().name, specimen.path(), "/")}) {
      SCOPED_TRACE(specimen.file + " at " + path);
      const std::uint64_t before = counted("queued");
      thread_.run([&] { producer_->sources.clear(); });
      const Answer answer = ask(specimen.wire(path));
      EXPECT_EQ(answer.status / 100, 2) << answer.body;
      expect_open(answer);
      thread_.run([&] {
        EXPECT_FALSE(producer_->sources.empty());
        EXPECT_EQ(counted("queued") - before, producer_->sources.size());
        for (const std::string& source : producer_->sources) EXPECT_EQ(source, protocol().name);
      });
    }
  }
}

TEST_P(AdapterContract, RefusesInItsOwnWords) {
  settings_.event_bytes_max = 1;
  apply();
  for (const Specimen& specimen : specimens_of(protocol(), true)) {
    SCOPED_TRACE(specimen.file);
    const std::uint64_t before = counted("rejected");
    const Answer answer = ask(specimen.wire(specimen.path()));
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.header("Content-Type"), refusal_of(specimen, 413).content_type);
    EXPECT_GT(counted("rejected"), before);
    expect_open(answer);
  }
  settings_.event_bytes_max = 262'144;
  settings_.require_key = true;
  apply();
  for (const Specimen& specimen : specimens_of(protocol(), true)) {
    const Answer answer = ask(specimen.wire(specimen.path()));
    EXPECT_EQ(answer.status, 401) << specimen.file;
    EXPECT_EQ(answer.header("Content-Type"), refusal_of(specimen, 401).content_type);
    expect_open(answer);
  }
}

TEST_P(AdapterContract, SaysInItsOwnWordsThatNothingIsDurable) {
  thread_.run([&] { producer_->outcome = queue::Stored::kRefused; });
  for (const Specimen& specimen : specimens_of(protocol(), true)) {
    SCOPED_TRACE(specimen.file);
    const Answer answer = ask(specimen.wire(specimen.path()));
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.header("Retry-After"), "1");
    EXPECT_EQ(answer.body.empty(), refusal_of(specimen, 503).body.empty());
    EXPECT_EQ(answer.header("Content-Type"), refusal_of(specimen, 503).content_type);
    expect_open(answer);
  }
  EXPECT_GT(counted("refused"), 0u);
}

TEST_P(AdapterContract, AnswersPreflightsAndOtherMethods) {
  for (const Route& route : protocol().routes) {
    SCOPED_TRACE(route.pattern);
    const std::string head =
        str_cat(" ", route.pattern, " HTTP/1.1\r\nHost: h\r\nOrigin: ", kOrigin, "\r\n");
    const Answer preflight = ask("OPTIONS" + head + "\r\n");
    EXPECT_EQ(preflight.status, 204);
    expect_open(preflight);
    EXPECT_THAT(preflight.header("Access-Control-Allow-Methods"),
                HasSubstr(std::string(to_text(route.method))));
    for (const std::string_view headers : {adapter::kCorsHeaders, route.cors_headers}) {
      EXPECT_THAT(preflight.header("Access-Control-Allow-Headers"),
                  HasSubstr(std::string(headers)));
    }
    const Answer wrong = ask("DELETE" + head + "\r\n");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.header("Allow"), preflight.header("Allow"));
    if (route.method != http::Method::kGet) continue;
    EXPECT_LT(ask("HEAD" + head + "\r\n", true).status, 300);
  }
  thread_.run([&] { EXPECT_TRUE(producer_->sources.empty()); });
}

// Whatever the key, and without an event.
TEST_P(AdapterContract, AnswersWhatClientsAskBesideTheirEvents) {
  settings_.require_key = true;
  apply();
  for (const Specimen& specimen : specimens_of(protocol(), false)) {
    SCOPED_TRACE(specimen.file);
    const Answer answer = ask(specimen.wire(specimen.path()));
    EXPECT_EQ(answer.status / 100, 2) << answer.body;
    expect_open(answer);
  }
  thread_.run([&] { EXPECT_TRUE(producer_->sources.empty()); });
}

TEST_P(AdapterContract, IsNotThereWhereItIsOff) {
  settings_.protocols[GetParam()] = false;
  apply();
  for (const Specimen& specimen : specimens_of(protocol())) {
    // A preflight of any path is answered, in the intake's own words.
    const int status = specimen.http_method() == http::Method::kOptions ? 204 : 404;
    EXPECT_EQ(ask(specimen.wire(specimen.path())).status, status) << specimen.file;
    EXPECT_EQ(ask(specimen.wire(str_cat("/", protocol().name, specimen.path()))).status, status);
  }
}

std::string name_of(const ::testing::TestParamInfo<std::size_t>& info) {
  return std::string(protocols()[info.param]->name);
}

INSTANTIATE_TEST_SUITE_P(All, AdapterContract, ::testing::Range<std::size_t>(0, protocols().size()),
                         name_of);

}  // namespace
}  // namespace penstock::intake
