#include "console/api/request/dispatcher.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "console/api/auth/host_rules.h"
#include "console/api/auth/session_cookie.h"
#include "console/api/request/authorize.h"
#include "console/api/request/security_headers.h"
#include "http/router.h"
#include "http/target.h"

namespace penstock::console {

namespace {

// Requests waiting for a pool thread. A page sends a dozen at once.
constexpr std::size_t kWaitingMax = 512;
// Argon2id takes 64 MiB and tens of milliseconds of a core.
constexpr std::size_t kCostlyMax = 2;

bool is_json(std::string_view content_type) {
  return equals_ignoring_case(trim(content_type.substr(0, content_type.find(';'))),
                              "application/json");
}

// Whoever has one IPv6 address has the whole /64 to choose from.
std::string client_text(http::Address address) {
  if (!address.is_v4()) std::fill(address.bytes.begin() + 8, address.bytes.end(), std::uint8_t{0});
  return address.text();
}

struct Job {
  const Route* route;
  Call call;
  server::Responder responder;
};

}  // namespace

struct Dispatcher::State : std::enable_shared_from_this<Dispatcher::State> {
  State(io::Loop& loop_in, const ConsoleSettings& settings, http::NetworkList proxies,
        std::span<const Route> routes_in, std::vector<std::unique_ptr<Services>> services)
      : loop(loop_in),
        trusted_proxies(std::move(proxies)),
        hosts(settings.public_url),
        routes(routes_in) {
    int number = 0;
    for (const Route& route : routes) router.add(route.method, route.path, number++);
    for (auto& one : services) idle.push_back(std::move(one));
    PENSTOCK_CHECK(!idle.empty());
  }

  void respond(const server::Responder& responder, http::Response response) {
    add_security_headers(response, Content::kApi);
    responder.respond(response);
  }

  void on_request(const http::Request& request, const server::Peer& peer,
                  const server::Responder& responder);
  std::optional<http::Response> find_route(const http::Request& request, Job& job);
  Call make_call(const http::Request& request, const server::Peer& peer,
                 std::string_view segment) const;
  void start_jobs();
  void start(Job job, std::shared_ptr<Services> services);

  io::Loop& loop;
  http::NetworkList trusted_proxies;
  HostRules hosts;
  std::span<const Route> routes;
  http::Router router;
  std::vector<std::shared_ptr<Services>> idle;
  std::deque<Job> waiting;
  std::size_t costly_running = 0;
};

void Dispatcher::State::on_request(const http::Request& request, const server::Peer& peer,
                                   const server::Responder& responder) {
  Job job{nullptr, {}, responder};
  if (auto refusal = find_route(request, job)) return respond(responder, std::move(*refusal));
  if (waiting.size() >= kWaitingMax) {
    auto refusal = http::error_response(503, "busy", "too many requests are waiting");
    refusal.headers.emplace_back("Retry-After", "1");
    return respond(responder, std::move(refusal));
  }
  job.call = make_call(request, peer, job.call.segment);
  waiting.push_back(std::move(job));
  start_jobs();
}

std::optional<http::Response> Dispatcher::State::find_route(const http::Request& request,
                                                            Job& job) {
  const http::Match match = router.find(request.method, request.path);
  if (match.kind == http::Match::Kind::kNoSuchPath) {
    return http::error_response(404, "not_found",
                                "there is no such route: see /api/v1/openapi.json");
  }
  if (match.kind == http::Match::Kind::kWrongMethod) {
    auto refusal = http::error_response(405, "method_not_allowed", str_cat("use ", match.allow));
    refusal.headers.emplace_back("Allow", match.allow);
    return refusal;
  }
  job.route = &routes[static_cast<std::size_t>(match.route)];
  if (!http::append_decoded(job.call.segment, match.segment, false)) {
    return http::error_response(400, "bad_path", "a % is not followed by two hex digits");
  }
  if (!job.route->is_changing()) return std::nullopt;
  if (!hosts.is_same_origin(request)) {
    return http::error_response(403, "cross_origin",
                                "changes are taken from the console's own page");
  }
  // What a foreign form can send without asking first (CORS) is never JSON.
  if (!request.body.empty() && !is_json(request.header("Content-Type"))) {
    return http::error_response(415, "not_json", "Content-Type has to be application/json");
  }
  return std::nullopt;
}

Call Dispatcher::State::make_call(const http::Request& request, const server::Peer& peer,
                                  std::string_view segment) const {
  Call call;
  call.method = request.method;
  call.segment = segment;
  call.query = request.query;
  call.body = request.body;
  reserve_padding(call.body);
  call.token = session_token(request.header("Cookie"), hosts.is_secure());
  call.csrf = request.header("X-CSRF-Token");
  call.client = client_text(
      http::client_address(peer.address, request.header("X-Forwarded-For"), trusted_proxies));
  return call;
}

void Dispatcher::State::start_jobs() {
  while (!idle.empty()) {
    const auto next = std::find_if(waiting.begin(), waiting.end(), [&](const Job& job) {
      return !job.route->is_costly || costly_running < kCostlyMax;
    });
    if (next == waiting.end()) return;
    Job job = std::move(*next);
    waiting.erase(next);
    std::shared_ptr<Services> services = std::move(idle.back());
    idle.pop_back();
    if (job.route->is_costly) ++costly_running;
    start(std::move(job), std::move(services));
  }
}

void Dispatcher::State::start(Job job, std::shared_ptr<Services> services) {
  struct Work {
    Job job;
    std::shared_ptr<Services> services;
    http::Response response;
  };
  auto work = std::make_shared<Work>(Work{std::move(job), std::move(services), {}});
  loop.run_in_pool(
      [work] {
        auto refusal = authorize(*work->job.route, work->job.call, *work->services->accounts);
        work->response = refusal ? std::move(*refusal)
                                 : work->job.route->endpoint(work->job.call, *work->services);
      },
      [work, weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        if (work->job.route->is_costly) --self->costly_running;
        self->idle.push_back(std::move(work->services));
        self->respond(work->job.responder, std::move(work->response));
        self->start_jobs();
      });
}

Dispatcher::Dispatcher(io::Loop& loop, const ConsoleSettings& settings,
                       http::NetworkList trusted_proxies, std::span<const Route> routes,
                       std::vector<std::unique_ptr<Services>> services)
    : state_(std::make_shared<State>(loop, settings, std::move(trusted_proxies), routes,
                                     std::move(services))) {}

Dispatcher::~Dispatcher() = default;

void Dispatcher::on_request(const http::Request& request, const server::Peer& peer,
                            server::Responder responder) {
  state_->on_request(request, peer, responder);
}

}  // namespace penstock::console
