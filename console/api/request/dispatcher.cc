#include "console/api/request/dispatcher.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <unordered_set>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/percent.h"
#include "base/text.h"
#include "console/api/auth/browser_name.h"
#include "console/api/auth/device_token.h"
#include "console/api/auth/host_rules.h"
#include "console/api/auth/session_cookie.h"
#include "console/api/request/authorize.h"
#include "console/api/request/content_coding.h"
#include "console/api/request/security_headers.h"
#include "http/gzip.h"
#include "http/router.h"

namespace penstock::console {

namespace {

struct LaneSize {
  std::size_t threads;
  std::size_t waiting_max;
  bool is_of_cores = false;  // Its work is the processor's.
};
// By Lane. A page asks a dozen questions at once; both lanes of passwords together make the two
// hashes at a time that accounts.h allows.
constexpr std::array<LaneSize, kLanes> kLaneSizes{
    {{2, 256}, {1, 64}, {1, 64}, {4, 128, true}, {2, 64}, {2, 16}, {1, 64}}};

// Two at least: one that is slow, and the next.
std::size_t cores() { return std::max(2U, std::thread::hardware_concurrency()); }

// Its answer is written by parts.
bool is_by_parts(const Route& route) {
  return route.lane == Lane::kExports || route.lane == Lane::kStreams;
}

bool is_json(std::string_view content_type) {
  return equals_ignoring_case(trim(content_type.substr(0, content_type.find(';'))),
                              "application/json");
}

// Whoever has one IPv6 address has the whole /64 to choose from.
std::string client_text(http::Address address) {
  if (!address.is_v4()) std::fill(address.bytes.begin() + 8, address.bytes.end(), std::uint8_t{0});
  return address.text();
}

// Of "Authorization: Bearer TOKEN"; nullopt where the header is missing or of another kind.
std::optional<std::string> bearer_of(const http::Request& request) {
  constexpr std::string_view kScheme = "Bearer";
  const std::string_view value = request.header("Authorization");
  if (!equals_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  const std::string_view rest = value.substr(kScheme.size());
  if (!rest.empty() && rest.front() != ' ') return std::nullopt;
  return std::string(trim(rest));
}

struct Job {
  const Route* route;
  Call call;
  server::Responder responder;
  std::int64_t came_at_us = 0;
  std::atomic<bool> is_given_up{false};  // Nobody waits for the answer any more.
  http::Response response;
  std::shared_ptr<AnswerParts> parts;  // Where it is written by them.

  void give_up() {
    is_given_up = true;
    if (parts != nullptr) parts->give_up();
  }
};

std::unique_ptr<Services> take_last(std::vector<std::unique_ptr<Services>>& services) {
  PENSTOCK_CHECK(!services.empty());
  auto last = std::move(services.back());
  services.pop_back();
  return last;
}

http::Response busy_answer(const char* why) {
  auto response = http::error_response(503, "busy", why);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace

struct Dispatcher::State : std::enable_shared_from_this<Dispatcher::State> {
  State(io::Loop& loop_in, const Clock& clock_in, const ConsoleSettings& settings,
        http::NetworkList proxies, DeviceTokens devices_in, std::span<const Route> routes_in)
      : loop(loop_in),
        clock(clock_in),
        trusted_proxies(std::move(proxies)),
        hosts(settings.public_url),
        hsts_seconds(settings.hsts_seconds),
        devices(std::move(devices_in)),
        routes(routes_in) {
    int number = 0;
    for (const Route& route : routes) router.add(route.method, route.path, number++);
  }

  void respond(const server::Responder& responder, bool is_tls, http::Response response) const {
    add_security_headers(response, Content::kApi, is_tls ? hsts_seconds : 0);
    responder.respond(response);
  }

  std::optional<http::Response> find_route(const http::Request& request, Job& job);
  Call make_call(const http::Request& request, const server::Peer& peer,
                 std::string_view segment) const;
  // On a lane's thread.
  void work(Job& job, Services& services) const;

  io::Loop& loop;
  const Clock& clock;
  http::NetworkList trusted_proxies;
  HostRules hosts;
  const std::int64_t hsts_seconds;
  DeviceTokens devices;
  std::span<const Route> routes;
  http::Router router;
  std::unordered_set<std::shared_ptr<Job>> jobs;  // In hand; the loop's.
};

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
  append_percent_decoded(job.call.segment, match.segment, Plus::kIsText);
  if (!job.route->is_changing()) return std::nullopt;
  // No foreign page can send this header without asking first (CORS), and nobody is told yes.
  const bool is_by_token = job.route->takes_token() && bearer_of(request);
  if (!is_by_token && !hosts.is_same_origin(request)) {
    return http::error_response(403, "cross_origin",
                                "changes are taken from the console's own page. Behind a proxy set "
                                "console.public_url to the address that browsers show");
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
  call.is_tls = peer.is_tls;
  const std::string& authority = hosts.public_authority();
  call.cookies = {.is_secure = peer.is_tls || hosts.is_secure(),
                  .port = port_of(authority.empty() ? request.header("Host") : authority)};
  call.token = session_token(request.header("Cookie"), call.cookies);
  call.bearer = bearer_of(request);
  call.csrf = request.header("X-CSRF-Token");
  call.known = request.header_list("If-None-Match");
  call.takes_gzip = http::accepts_gzip(request.header_list("Accept-Encoding"));
  const std::string_view device = device_token(request.header("Cookie"), call.cookies);
  if (devices.is_genuine(device)) call.device = device;
  call.client = client_text(
      http::client_address(peer.address, request.header_list("X-Forwarded-For"), trusted_proxies));
  call.browser = browser_name(request.header("User-Agent"));
  return call;
}

void Dispatcher::State::work(Job& job, Services& services) const {
  if (job.is_given_up) return;
  const std::int64_t now_us = clock.mono_us();
  if (now_us - job.came_at_us > kQuestionMsMax * 1'000) {
    job.response = busy_answer("it waited too long behind other requests");
    return;
  }
  const bool is_export = job.route->lane == Lane::kExports;
  job.call.deadline = {is_export ? nullptr : &clock, now_us + kQuestionMsMax * 1'000,
                       &job.is_given_up};
  auto refusal = authorize(*job.route, job.call, *services.accounts, *services.tokens);
  job.response = refusal ? std::move(*refusal) : job.route->endpoint(job.call, services);
  services.queries->within({});  // What the deadline borrows of the job goes with it.
  // What a change answers may be a secret, and is short.
  if (!job.route->is_changing()) code_content(job.response, job.call.takes_gzip);
}

Dispatcher::Dispatcher(io::Loop& loop, const ConsoleSettings& settings,
                       http::NetworkList trusted_proxies, std::span<const Route> routes,
                       std::vector<std::unique_ptr<Services>> services)
    : feed_(take_last(services)) {
  PENSTOCK_CHECK(services.size() == kThreads - 1);
  state_ = std::make_shared<State>(loop, services.front()->clock, settings,
                                   std::move(trusted_proxies), services.front()->devices, routes);
  for (const LaneSize& size : kLaneSizes) {
    std::vector<std::unique_ptr<Services>> own;
    for (std::size_t i = 0; i < size.threads; ++i) {
      own.push_back(take_last(services));
    }
    const std::size_t at_once = size.is_of_cores ? cores() : size.threads;
    lanes_.push_back(std::make_unique<Workers>(std::move(own), size.waiting_max, at_once));
  }
  PENSTOCK_CHECK(services.empty());
}

void Dispatcher::end_streams() { feed_.end_all(); }

Dispatcher::~Dispatcher() {
  for (const auto& job : state_->jobs) job->give_up();
}

void Dispatcher::on_request(const http::Request& request, const server::Peer& peer,
                            server::Responder responder) {
  const auto job = std::make_shared<Job>();
  job->responder = responder;
  if (auto refusal = state_->find_route(request, *job)) {
    return state_->respond(responder, peer.is_tls, std::move(*refusal));
  }
  job->call = state_->make_call(request, peer, job->call.segment);
  job->came_at_us = state_->clock.mono_us();
  if (is_by_parts(*job->route)) {
    job->parts = std::make_shared<AnswerParts>(state_->loop, responder,
                                               peer.is_tls ? state_->hsts_seconds : 0);
    job->call.parts = job->parts.get();
    job->call.feed = &feed_;
  }
  const bool is_known = job->route->lane == Lane::kPassword && !job->call.device.empty();
  Workers& lane =
      *lanes_[static_cast<std::size_t>(is_known ? Lane::kKnownDevice : job->route->lane)];
  const bool is_started = lane.start([job, state = state_.get()](Services& services) {
    state->work(*job, services);
    state->loop.post([job, weak = state->weak_from_this()] {
      const auto alive = weak.lock();
      if (alive == nullptr) return;
      alive->jobs.erase(job);
      const bool has_begun = job->parts != nullptr && job->parts->has_begun();
      if (has_begun && job->route->lane == Lane::kStreams) return;  // The feed's from here on.
      if (has_begun) {
        return job->parts->end(job->response.status < 400);
      }
      alive->respond(job->responder, job->call.is_tls, std::move(job->response));
    });
  });
  if (!is_started) {
    return state_->respond(responder, peer.is_tls, busy_answer("too many requests are waiting"));
  }
  state_->jobs.insert(job);
  // A tab that was closed, or a page that asks anew: its question must not keep a thread.
  const Lane lane_of = job->route->lane;
  if (lane_of == Lane::kQuestions || is_by_parts(*job->route)) {
    responder.watch([job] { job->give_up(); });
  }
}

}  // namespace penstock::console
