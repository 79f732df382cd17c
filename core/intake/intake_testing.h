// A fixture with a running intake whose queue is in the test's hands.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/secrets.h"
#include "event/batch.h"
#include "intake/intake.h"
#include "support/loop_thread.h"
#include "support/loopback_client.h"
#include "support/wait_for.h"

namespace penstock::intake {

inline constexpr std::int64_t kNow = 1'795'602'237'000;

// Keeps what it is given until the test says what becomes of it.
class HeldProducer final : public queue::Producer {
 public:
  explicit HeldProducer(queue::ProducerListener& listener) : listener_(listener) {}

  void submit(queue::Submission submission) override {
    held.push_back(std::move(submission));
    ++submitted;
  }
  std::size_t in_flight() const override { return held.size(); }
  queue::ProducerState state() const override { return {}; }

  void finish_first(queue::Stored outcome) {
    const std::uint64_t ticket = held.front().ticket;
    held.pop_front();
    listener_.on_done(ticket, outcome);
  }

  std::deque<queue::Submission> held;
  std::atomic<std::size_t> submitted{0};

 private:
  queue::ProducerListener& listener_;
};

struct SeenEvent {
  std::string project;
  std::string source;
  std::string name;
  std::string ip;
  std::string user_agent;
  std::string properties;
  event::Id id;
};

class IntakeTest : public ::testing::Test {
 protected:
  IntakeTest() {
    crypto::start_crypto();
    options_.listen = {"127.0.0.1:0"};
    options_.unknown_keys = &unknown_keys_;
    settings_.trusted_proxies = *http::NetworkList::parse({"127.0.0.0/8"});
  }

  void start() {
    const auto make =
        [this](io::Loop&, const Clock&,
               queue::ProducerListener& listener) -> Result<std::unique_ptr<queue::Producer>> {
      auto producer = std::make_unique<HeldProducer>(listener);
      producer_ = producer.get();
      return producer;
    };
    auto intake = Intake::start(options_, settings_, thread_.loop(), clock_, counters_, make);
    ASSERT_TRUE(intake) << to_text(intake.error());
    intake_ = std::move(*intake);
    port_ = intake_->port();
    thread_.start();
  }
  void TearDown() override {
    thread_.stop();
    intake_.reset();
  }

  static std::string post(const std::string& target, const std::string& body,
                          const std::string& headers = "") {
    return "POST " + target + " HTTP/1.1\r\nHost: h\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  static std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
  }

  bool wait_for_submissions(std::size_t count) {
    return testing::wait_for([&] { return producer_->submitted == count; });
  }
  void finish_all(queue::Stored outcome = queue::Stored::kQueued) {
    thread_.run([&] {
      while (!producer_->held.empty()) producer_->finish_first(outcome);
    });
  }
  // Sends a request that is to be submitted, finishes it, and gives its answer.
  testing::Answer ask(const std::string& request, queue::Stored outcome = queue::Stored::kQueued) {
    testing::LoopbackClient client(port_);
    const std::size_t before = producer_->submitted;
    client.send(request);
    EXPECT_TRUE(wait_for_submissions(before + 1));
    thread_.run([&] {
      for (const queue::Submission& submission : producer_->held) collect(submission);
    });
    finish_all(outcome);
    return client.receive();
  }
  // Sends a request that is answered without the queue.
  testing::Answer ask_at_once(const std::string& request) {
    return testing::LoopbackClient(port_).ask(request);
  }

  void collect(const queue::Submission& submission) {
    for (const std::string& message : submission.messages) {
      auto reader = event::BatchReader::open(message);
      ASSERT_TRUE(reader);
      event::Record r;
      while (*reader->next(r)) {
        events_.push_back({std::string(r.project), std::string(r.source), std::string(r.name),
                           std::string(r.ip), std::string(r.user_agent), std::string(r.properties),
                           r.id});
      }
    }
  }
  std::uint64_t counted(std::size_t source, std::size_t outcome) const {
    return counters_.events[source][outcome].value();
  }

  IntakeOptions options_;
  IntakeSettings settings_;
  UnknownKeys unknown_keys_;
  testing::SharedManualClock clock_{kNow};
  IntakeCounters counters_;
  testing::LoopThread thread_;
  std::unique_ptr<Intake> intake_;
  HeldProducer* producer_ = nullptr;
  std::uint16_t port_ = 0;
  std::vector<SeenEvent> events_;
};

}  // namespace penstock::intake
