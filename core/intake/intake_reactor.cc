#include "intake/intake_reactor.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "event/limits.h"
#include "intake/intake_answers.h"
#include "intake/page_script.h"

namespace penstock::intake {
namespace {

// Submissions under way before a turn's events wait for the next turn's.
constexpr std::size_t kSubmissionsMax = 16;

constexpr std::string_view kDefaultProject = "default";

}  // namespace

IntakeReactor::IntakeReactor(const IntakeOptions& options, const IntakeSettings& settings,
                             io::Loop& loop, const Clock& clock, IntakeCounters& counters)
    : loop_(loop),
      clock_(clock),
      counters_(counters),
      keys_({}),
      server_(loop, clock, *this, counters.server),
      workspace_(Random::from_system()),
      batch_(options.format, options.sidekiq_queue, options.sidekiq_class),
      script_answer_(script_answer()),
      script_unchanged_answer_(script_unchanged_answer()),
      script_etag_(page_script_etag()) {
  router_.add(http::Method::kPost, "/v1/events", kEvents);
  router_.add(http::Method::kGet, "/v1/pixel.gif", kPixel);
  router_.add(http::Method::kGet, "/v1/collect", kCollectQuery);
  router_.add(http::Method::kPost, "/v1/collect", kCollectForm);
  router_.add(http::Method::kGet, "/p.js", kScript);
  apply(settings);
}

IntakeReactor::~IntakeReactor() { loop_.set_end_of_turn(nullptr); }

Result<std::unique_ptr<Intake>> IntakeReactor::start(const IntakeOptions& options,
                                                     const IntakeSettings& settings, io::Loop& loop,
                                                     const Clock& clock, IntakeCounters& counters,
                                                     const ProducerFactory& make_producer) {
  std::unique_ptr<IntakeReactor> reactor(
      new IntakeReactor(options, settings, loop, clock, counters));
  auto producer = make_producer(loop, clock, *reactor);
  if (!producer) return fail(producer.error());
  reactor->producer_ = std::move(*producer);
  for (const std::string& address : options.listen) {
    if (const auto listening = reactor->server_.listen(address); !listening) {
      log_error("intake", "cannot listen",
                {{"address", address},
                 {"error", to_text(listening.error())},
                 {"reason", std::strerror(static_cast<int>(listening.error().native))}});
      return fail(listening.error());
    }
  }
  IntakeReactor* self = reactor.get();
  loop.set_end_of_turn([self] { self->submit_tick(); });
  return reactor;
}

void IntakeReactor::apply(const IntakeSettings& settings) {
  settings_ = settings;
  settings_.limits.trusted_proxies = settings.trusted_proxies;
  // Two requests of any size that is allowed must find room.
  const http::ParserLimits& parser = settings_.limits.parser;
  settings_.limits.arriving_bytes_max = std::max<std::size_t>(
      settings_.inflight_bytes_max, 2 * (parser.header_bytes_max + parser.body_bytes_max));
  keys_ = KeyTable(std::move(settings_.keys));
  settings_.keys.clear();
  server_.set_limits(settings_.limits);
}

void IntakeReactor::on_request(const http::Request& request, const server::Peer& peer,
                               server::Responder responder) {
  if (request.method == http::Method::kOptions) {
    responder.respond_raw(preflight_answer(), 204, true);
    return;
  }
  const http::Match match = router_.find(request.method, request.path);
  if (match.kind != http::Match::Kind::kFound) return answer_unrouted(match, responder);

  const auto route = static_cast<Route>(match.route);
  if (route == kScript) return answer_script(request, responder);
  // HEAD asks what GET would answer, and is no event.
  if (request.method == http::Method::kHead) {
    responder.respond_raw(route == kPixel ? pixel_answer() : collected_answer(),
                          route == kPixel ? 200 : 204, true);
    return;
  }
  const Source source = route == kEvents  ? kFromEvents
                        : route == kPixel ? kFromPixel
                                          : kFromCollect;
  const IntakeHeaders headers = read_headers(request, forwarded_scratch_);
  take_events({request, peer, responder, headers, route, source});
}

void IntakeReactor::answer_unrouted(const http::Match& match, const server::Responder& responder) {
  if (match.kind == http::Match::Kind::kNoSuchPath) {
    responder.respond(open_error(404, "not_found", "there is no such route"));
    return;
  }
  http::Response response =
      open_error(405, "method_not_allowed", "the route does not take this method");
  response.headers.emplace_back("Allow", match.allow);
  responder.respond(response);
}

void IntakeReactor::answer_script(const http::Request& request,
                                  const server::Responder& responder) {
  const std::string_view known = request.header("If-None-Match");
  if (known == "*" || known.find(script_etag_) != std::string_view::npos) {
    responder.respond_raw(script_unchanged_answer_, 304, true);
  } else {
    responder.respond_raw(script_answer_, 200, true);
  }
}

void IntakeReactor::take_events(const Work& work) {
  adapter::Origin origin;
  if (!find_project(work, origin)) return;
  std::string_view body = work.request.body;
  if (!decode_body(work, body)) return;

  const http::Address client = http::client_address(work.peer.address, work.headers.x_forwarded_for,
                                                    settings_.trusted_proxies);
  client_ip_ = client.text();
  origin.ip = client_ip_;
  origin.user_agent = work.headers.user_agent;
  origin.referrer = work.headers.referer;
  origin.received_at_ms = clock_.wall_ms();

  batch_.begin_request(settings_.event_bytes_max, origin.received_at_ms);
  settle(work, run_adapter(work, body, origin));
}

bool IntakeReactor::find_project(const Work& work, adapter::Origin& origin) {
  const std::string_view key = key_of(work.headers, work.request.query, key_scratch_);
  if (key.empty()) {
    origin.project = kDefaultProject;
    if (!settings_.require_key) return true;
    reject(work, 401, "missing_key", "send a key: Authorization: Bearer, X-Penstock-Key or ?key=");
    return false;
  }
  const KeyEntry* entry = keys_.find(key);
  if (entry == nullptr) {
    reject(work, 401, "unknown_key", "the key is unknown or was revoked");
    return false;
  }
  origin.project = entry->project;
  origin.is_server_side = entry->server_side;
  return true;
}

bool IntakeReactor::decode_body(const Work& work, std::string_view& body) {
  const http::Encoding encoding = http::encoding_of(work.headers.content_encoding);
  if (encoding == http::Encoding::kIdentity) return true;
  if (encoding == http::Encoding::kUnknown) {
    reject(work, 415, "unsupported_encoding", "Content-Encoding is none of gzip, deflate and zstd");
    return false;
  }
  const auto decoded = decoder_.decode(encoding, body, settings_.inflated_bytes_max, decoded_);
  if (decoded) {
    body = decoded_;
    return true;
  }
  if (decoded.error().code == ErrorCode::kOverloaded) {
    reject(work, 413, "body_too_large", "the body is over the limit once it is decompressed");
  } else {
    reject(work, 400, "invalid_encoding", decoded.error().step);
  }
  return false;
}

adapter::Outcome IntakeReactor::run_adapter(const Work& work, std::string_view body,
                                            const adapter::Origin& origin) {
  if (work.route == kEvents) {
    const auto partial = raw_query_value(work.request.query, "partial");
    const bool is_partial = partial && (*partial == "1" || *partial == "true");
    return adapter::read_events(body, work.headers.content_type, is_partial, origin, workspace_,
                                batch_);
  }
  if (work.route == kPixel) {
    return adapter::read_pixel(work.request.query, origin, workspace_, batch_);
  }
  if (work.route == kCollectQuery) body = {};
  return adapter::read_collect(
      {work.request.query, body, work.headers.content_type, work.request.headers}, origin,
      workspace_, batch_);
}

void IntakeReactor::settle(const Work& work, const adapter::Outcome& outcome) {
  if (outcome.status >= 400) {
    // The one that broke a rule, and those before it.
    const std::uint64_t events = std::uint64_t{batch_.request_events()} + 1;
    batch_.roll_back();
    return reject(work, outcome.status, outcome.error, outcome.detail, events);
  }
  Waiter waiter;
  waiter.responder = work.responder;
  waiter.events = batch_.request_events();
  if (work.route == kPixel) {
    waiter.kind = AnswerKind::kPixel;
  } else if (work.route != kEvents) {
    waiter.kind = AnswerKind::kCollected;
  } else if (!outcome.rejected.empty()) {
    waiter.kind = AnswerKind::kPartial;
    waiter.body = std::make_unique<std::string>(partial_body(outcome));
    counters_.events[work.source][kRejected].add(outcome.rejected.size());
  }
  if (waiter.events == 0) return answer(waiter, true);

  Tick& tick = ticks_.current();
  tick.events[work.source] += waiter.events;
  tick.bytes += batch_.request_bytes();
  add_inflight(batch_.request_bytes());
  if (settings_.ack_durable) {
    tick.waiters.push_back(std::move(waiter));
  } else {
    answer(waiter, true);
  }
}

void IntakeReactor::reject(const Work& work, std::uint16_t status, std::string_view error,
                           std::string_view detail, std::uint64_t events) {
  counters_.events[work.source][kRejected].add(events);
  http::Response response = open_error(status, error, detail);
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  work.responder.respond(response);
}

void IntakeReactor::answer(const Waiter& waiter, bool is_stored) {
  if (!is_stored) {
    waiter.responder.respond_raw(refused_answer(), 503, true);
    return;
  }
  switch (waiter.kind) {
    case AnswerKind::kAccepted:
      waiter.responder.respond_raw(accepted_answer(waiter.events, answer_scratch_), 202, true);
      return;
    case AnswerKind::kPartial:
      waiter.responder.respond_raw(accepted_answer(*waiter.body), 202, true);
      return;
    case AnswerKind::kPixel:
      waiter.responder.respond_raw(pixel_answer(), 200, true);
      return;
    case AnswerKind::kCollected:
      waiter.responder.respond_raw(collected_answer(), 204, true);
      return;
  }
}

void IntakeReactor::submit_tick() {
  if (batch_.events() == 0) return;
  if (producer_->in_flight() >= kSubmissionsMax && batch_.bytes() < event::kBatchBytesMax) return;
  queue::Submission submission;
  batch_.take_into(submission);
  submission.ticket = ticks_.submit_current();
  producer_->submit(std::move(submission));
}

// Answers make room for the next requests of their connections, which may come from within and go
// to the current tick; this one is no longer it.
void IntakeReactor::on_done(std::uint64_t ticket, queue::Stored outcome) {
  Tick& tick = ticks_.at(ticket);
  const CountedOutcome counted = outcome == queue::Stored::kQueued    ? kQueued
                                 : outcome == queue::Stored::kSpooled ? kSpooled
                                                                      : kRefused;
  for (std::size_t source = 0; source < std::size(kSources); ++source) {
    if (tick.events[source] > 0) counters_.events[source][counted].add(tick.events[source]);
  }
  const bool is_stored = outcome != queue::Stored::kRefused;
  for (const Waiter& waiter : tick.waiters) answer(waiter, is_stored);
  const std::uint64_t bytes = tick.bytes;
  ticks_.release(ticket);
  remove_inflight(bytes);
  tell_if_drained();
}

void IntakeReactor::add_inflight(std::uint64_t bytes) {
  inflight_bytes_ += bytes;
  counters_.inflight_bytes.set(inflight_bytes_);
  if (is_paused_ || inflight_bytes_ <= settings_.inflight_bytes_max) return;
  is_paused_ = true;
  server_.pause_reading();
}

// Half the limit, so that a slow queue does not switch us on and off with every batch.
void IntakeReactor::remove_inflight(std::uint64_t bytes) {
  PENSTOCK_CHECK(bytes <= inflight_bytes_);
  inflight_bytes_ -= bytes;
  counters_.inflight_bytes.set(inflight_bytes_);
  if (!is_paused_ || inflight_bytes_ > settings_.inflight_bytes_max / 2) return;
  is_paused_ = false;
  server_.resume_reading();
}

void IntakeReactor::drain(std::function<void()> on_drained) {
  on_drained_ = std::move(on_drained);
  server_.drain([this] {
    is_server_drained_ = true;
    tell_if_drained();
  });
}

// With ack = "none" events may still be under way when every client has been answered.
void IntakeReactor::tell_if_drained() {
  if (!is_server_drained_ || batch_.events() > 0 || producer_->in_flight() > 0) return;
  if (on_drained_) std::exchange(on_drained_, nullptr)();
}

}  // namespace penstock::intake
