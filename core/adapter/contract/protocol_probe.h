// One request through a protocol's read(), for the adapters' tests and fuzz targets: no socket, no
// intake, and keys that are all taken as the name of their project.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapter/contract/list_sink.h"
#include "adapter/contract/protocol.h"
#include "base/bytes.h"
#include "base/check.h"
#include "event/limits.h"
#include "http/router.h"

namespace penstock::adapter {

// The one hook of a configuration, and whom it let in.
class OneHook final : public Hooks {
 public:
  const Hook* find(std::string_view name) const override {
    return name == hook.name ? &hook : nullptr;
  }
  void admit(const Hook& admitted) override { projects.push_back(admitted.project); }

  Hook hook;
  std::vector<std::string> projects;
};

class ProtocolProbe {
 public:
  static constexpr std::int64_t kNowMs = 1'795'696'990'000;  // 2026-11-26T12:43:10Z

  explicit ProtocolProbe(const Protocol& protocol) : protocol_(protocol) {
    origin.project = "default";
    origin.ip = "192.0.2.1";
    origin.user_agent = "probe/1";
    origin.received_at_ms = kNowMs;
  }

  struct Got {
    ReadOutcome outcome;
    std::vector<event::Record> events;  // As long as the probe.
    std::string answer;                 // The text of a success.
  };

  // `target` as in a request line. Each header is a name and a value.
  Got ask(http::Method method, std::string_view target, std::string_view body = {},
          std::vector<http::Header> headers = {}) {
    http::Request request;
    request.method = method;
    request.target = target;
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
    request.headers = headers;

    http::Router router;
    for (std::size_t i = 0; i < protocol_.routes.size(); ++i) {
      router.add(protocol_.routes[i].method, protocol_.routes[i].pattern, static_cast<int>(i));
    }
    const http::Match match = router.find(method, request.path);
    PENSTOCK_CHECK(match.kind == http::Match::Kind::kFound);

    body_.assign(body);
    reserve_padding(body_);
    request.body = body_;
    const auto open = [this](std::string_view key) {
      // No key of a table's: a project's name is always good text.
      if (key.size() > event::kProjectBytesMax || key.find('\0') != std::string_view::npos) {
        return false;
      }
      project_.assign(key);
      origin.project = project_;
      return true;
    };
    const std::size_t before = sink.size();
    Got got;
    got.outcome = protocol_.read(
        {request, body_, request.header("Content-Type"), static_cast<std::size_t>(match.route)},
        {origin, workspace, sink, open, hooks});
    for (std::size_t i = before; i < sink.size(); ++i) got.events.push_back(sink[i]);
    if (got.outcome.status < 400) {
      std::string scratch;
      got.answer = !got.outcome.own_answer.empty()
                       ? got.outcome.own_answer
                       : std::string(protocol_.success(got.outcome.accepted, scratch).text);
    }
    return got;
  }
  Got post(std::string_view target, std::string_view body, std::vector<http::Header> headers = {}) {
    return ask(http::Method::kPost, target, body, std::move(headers));
  }
  Got get(std::string_view target, std::vector<http::Header> headers = {}) {
    return ask(http::Method::kGet, target, {}, std::move(headers));
  }

  Origin origin;
  Workspace workspace{Random(1)};
  ListSink sink;
  Hooks* hooks = nullptr;

 private:
  const Protocol& protocol_;
  std::string project_;
  std::string body_;
};

}  // namespace penstock::adapter
